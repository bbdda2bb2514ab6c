// Runs on whatever Node npm finds, however old, so it is plain CommonJS.
"use strict";
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 12)) {
  console.error(
    `Drawbridge needs Node 22.12 or later, and this is ${process.version}.\n` +
      "The package `node` among the development dependencies brings one along: run `npm ci` with install scripts\n" +
      "allowed (see allowScripts in package.json), or install a newer Node.",
  );
  process.exit(1);
}
