import { bundle, bundleCommand } from "./bundle.ts";

// What was run of the source is told branch by branch, which a minified text has no more.
await bundle(undefined, { readable: process.env.NODE_V8_COVERAGE !== undefined });
await bundleCommand();
