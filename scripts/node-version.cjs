// Plain CommonJS, because it must run on any version of Node, however old.
"use strict";
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 12)) {
  console.error(
    `Drawbridge needs Node 22.12 or later, and this is ${process.version}.\n` +
      "The development dependency `node` contains a suitable version: run `npm ci` with install scripts allowed\n" +
      "(see allowScripts in package.json), or install a newer Node.",
  );
  process.exit(1);
}
