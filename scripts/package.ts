import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { writeReleaseFiles } from "./release-files.ts";

const usage = `Builds the app and assembles package/, the folder that is deployed.

  npm run package [-- --zip]

  --zip   also writes release/: the folder as a zip archive, its bill of materials and checksums`;

function readArguments() {
  try {
    return parseArgs({
      options: { zip: { type: "boolean", default: false }, help: { type: "boolean", default: false } },
    }).values;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    console.error(usage);
    process.exit(2);
  }
}

const { zip, help } = readArguments();
if (help) console.log(usage);
else {
  await import("./build.ts");
  const root = fileURLToPath(new URL("..", import.meta.url));
  console.log("package/");
  if (zip) for (const file of writeReleaseFiles(root, `${root}release`)) console.log(file.slice(root.length));
}
