#!/usr/bin/env node
// Plain CommonJS that Node 10 runs too, because a Node that is too old has to say so. The build copies it as it is.
"use strict";
// Without `node:`, which came with Node 14.18.
const { existsSync } = require("fs");
const { dirname, join } = require("path");
const { pathToFileURL } = require("url");
const { engines } = require("../../package.json");

const command = join(__dirname, "drawbridge.js");

/** The oldest Node that runs Drawbridge, such as "22.12": the first version that the range names. */
const [oldest] = /\d+(?:\.\d+)*/.exec(engines.node);

function isNewEnough(version) {
  const [major, minor] = version.split(".").map(Number);
  const [oldestMajor, oldestMinor = 0] = oldest.split(".").map(Number);
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}

/** The Node among the dependencies of a clone; undefined where there is none, as in an installed package. */
function findNode() {
  let manifest;
  try {
    manifest = require.resolve("node/package.json");
  } catch (error) {
    if (error.code !== "MODULE_NOT_FOUND") throw error;
    return undefined;
  }
  if (!isNewEnough(require(manifest).version)) return undefined;
  // It is missing where npm was not allowed to run the package's install script.
  return ["bin/node", "bin/node.exe"].map((file) => join(dirname(manifest), file)).find(existsSync);
}

/** Runs the command with another Node, as if it were this process. */
function runWith(node) {
  const { spawn } = require("child_process");
  const { isatty } = require("tty");
  const child = spawn(node, [command].concat(process.argv.slice(2)), { stdio: "inherit" });
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  // A terminal sends the SIGINT of Ctrl-C to the child too.
  const isAtTerminal = [0, 1, 2].some((descriptor) => isatty(descriptor));
  for (const signal of signals)
    process.on(signal, () => {
      if (signal !== "SIGINT" || !isAtTerminal) child.kill(signal);
    });
  child.on("error", (error) => {
    console.error(`drawbridge: ${node} cannot be started (${error.code || error.message})`);
    process.exitCode = 2;
  });
  child.on("exit", (code, signal) => {
    for (const each of signals) process.removeAllListeners(each);
    if (signal === null) process.exitCode = code;
    else process.kill(process.pid, signal);
  });
}

if (isNewEnough(process.versions.node)) {
  void import(pathToFileURL(command).href);
} else {
  const node = findNode();
  if (node === undefined) {
    console.error(
      `drawbridge: Node ${oldest} or later is needed, and this is ${process.version}: install a newer one`,
    );
    process.exitCode = 2;
  } else runWith(node);
}
