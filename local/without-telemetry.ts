import Module, { createRequire } from "node:module";

// Preloaded into Azurite: it loads its telemetry even where that is disabled, which is more than half of what its start
// takes.
const azurite = createRequire(createRequire(import.meta.url).resolve("azurite/package.json"));
const telemetry = azurite.resolve("applicationinsights");
const nothing = new Module(telemetry);
nothing.loaded = true;
azurite.cache[telemetry] = nothing;
