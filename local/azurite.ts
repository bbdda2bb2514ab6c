import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { startPart, type Part } from "./process.ts";

/** Azurite's one account; its key is printed in Microsoft's documentation and opens nothing else. */
const account = "devstoreaccount1";
const key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
const startTimeoutMs = 60_000;

const services = ["blob", "queue", "table"] as const;

export interface Azurite extends Part {
  readonly connectionString: string;
  readonly tableUrl: string;
}

/** Azure Storage as on Azure: by https, for tokens of Entra ID, under the account's own name. */
export interface Tenancy {
  readonly account: string;
  readonly certificateFile: string;
  readonly keyFile: string;
  /** At the port of https. Tables are on a free port of this machine: Azurite reads their transactions by the other form of URL alone. */
  readonly addresses: Readonly<Record<"blob" | "queue", string>>;
}

/** Azure Storage in memory: on free ports of this machine, with a key; or as on Azure. */
export async function startAzurite(tenancy?: Tenancy): Promise<Azurite> {
  const file = createRequire(import.meta.url).resolve("azurite/dist/src/azurite.js");
  const flags = [
    "--inMemoryPersistence",
    "--silent",
    "--loose",
    "--skipApiVersionCheck",
    "--disableTelemetry",
  ];
  const addresses: Partial<Record<string, string>> = tenancy?.addresses ?? {};
  const ports = services.flatMap((service) => [
    `--${service}Host`,
    addresses[service] ?? "127.0.0.1",
    `--${service}Port`,
    addresses[service] === undefined ? "0" : "443",
  ]);
  const secure =
    tenancy === undefined
      ? []
      : ["--oauth", "basic", "--cert", tenancy.certificateFile, "--key", tenancy.keyFile];
  const preload = fileURLToPath(new URL("end-with-parent.ts", import.meta.url));
  const part = startPart(file, {
    args: [...flags, ...ports, ...secure],
    environment: { ...process.env, ...(tenancy && { AZURITE_ACCOUNTS: `${tenancy.account}:${key}` }) },
    execArgv: ["--import", preload],
  });
  const addressOf = async (service: string) => {
    const [, url] = await part.line(
      new RegExp(`${service} service is successfully listening at (https?://\\S+)`),
      startTimeoutMs,
    );
    return `${url}/${tenancy?.account ?? account}`;
  };
  const [blob, queue, table] = [await addressOf("Blob"), await addressOf("Queue"), await addressOf("Table")];
  const connectionString = `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${key};BlobEndpoint=${blob};QueueEndpoint=${queue};TableEndpoint=${table};`;
  return { ...part, connectionString, tableUrl: table };
}
