// Runs on whatever Node npm finds, however old, so it is plain CommonJS.
"use strict";
const major = Number(process.versions.node.split(".")[0]);
if (major < 22) {
  console.error(
    `Drawbridge needs Node 22 or later, and this is ${process.version}.\n` +
      "The package `node` among the development dependencies brings one along: run `npm ci` with install scripts\n" +
      "allowed (see allowScripts in package.json), or install a newer Node.",
  );
  process.exit(1);
}
