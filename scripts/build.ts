import { fileURLToPath } from "node:url";
import { assemblePackage } from "./assemble-package.ts";
import { bundle, bundleCommand, bundleDashboard } from "./bundle.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

// Coverage is measured by branch, which needs code that is not minified.
const app = await bundle(undefined, { readable: process.env.NODE_V8_COVERAGE !== undefined });
const command = await bundleCommand();
const page = await bundleDashboard();
// azd runs `npm run build` and uploads the folder that azure.yaml names as `dist`, which is this one.
assemblePackage({ root, metafiles: [app, command, page], to: `${root}package` });
