/** A mistake that only a deployment would show. */
export interface Bug {
  readonly name: string;
  readonly file: string;
  readonly replace: readonly [original: string, buggy: string];
}

export const bugs: readonly Bug[] = [
  {
    name: "every IPv4 address counts as internal (W1)",
    file: "src/lib/alerts/sinks/reach.ts",
    replace: ['["::", 96],', '["::", 96], ["::ffff:0:0", 96],'],
  },
  {
    name: "requests to ARM have a token for storage",
    file: "src/azure-or-simulator.ts",
    replace: [
      "credential: appIdentity,",
      'credential: async () => { const own = await appIdentity(); return { getToken: () => own.getToken("https://storage.azure.com/.default") }; },',
    ],
  },
  {
    name: "requests for the state's tokens name no identity",
    file: "src/lib/state/state-identity.ts",
    replace: ["new Identity({ clientId })", "new Identity()"],
  },
  {
    name: "the state's identity is read from another setting",
    file: "src/lib/config/read-config.ts",
    replace: ['"DrawbridgeState__clientId"', '"DrawbridgeState__clientID"'],
  },
  {
    name: "blobs are opened with the emulator's key",
    file: "src/lib/azure/blob-credential.ts",
    replace: ['new URL(url).protocol === "https:" || connectionString === undefined', "false"],
  },
  {
    name: "a topic without a key gets an empty one",
    file: "src/lib/alerts/sinks/event-grid.ts",
    replace: ["key === undefined ? appIdentity() : undefined", "undefined"],
  },
  {
    name: "the queues are in the host's own storage",
    file: "src/index.ts",
    replace: ['const connection = "DrawbridgeState";', 'const connection = "AzureWebJobsStorage";'],
  },
  {
    name: "ARM is expected at another address",
    file: "src/lib/azure/arm-http.ts",
    replace: ["if (url.origin !== armOrigin)", 'if (url.protocol === "https:")'],
  },
  {
    name: "requests go to the simulator although none is configured",
    file: "src/services.ts",
    replace: ["config.armEndpoint === undefined ? onAzure :", "false ? onAzure :"],
  },
  {
    name: "App Service's authentication setting is read by another name",
    file: "src/lib/config/read-config.ts",
    replace: ["environment.WEBSITE_AUTH_ENABLED", "environment.WEBSITE_AUTH_V2_ENABLED"],
  },
  {
    name: "roles are read only from the short claim",
    file: "src/functions/access.ts",
    replace: ['named("roles", roleClaim)', 'named("roles")'],
  },
  {
    name: "the SDK logs what it sends",
    file: "src/lib/azure/identity.ts",
    replace: [
      "return new DefaultAzureCredential();",
      "const own = new DefaultAzureCredential(); return { getToken: async (...asked) => { const token = await own.getToken(...asked); console.log(`Bearer ${token.token}`); return token; } };",
    ],
  },
  {
    name: "the default exports of telemetry's modules are ignored",
    file: "src/lib/open-telemetry.ts",
    replace: [
      'return "default" in module ? (module.default as T) : module;',
      "return { ...module, default: undefined };",
    ],
  },
];
