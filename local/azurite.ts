import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { minuteMs } from "../src/lib/clock.ts";
import { startProcess, type ManagedProcess } from "./child-process.ts";

/** Azurite's default account. Its key is public: Microsoft's documentation has it. */
const account = "devstoreaccount1";
const key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
const startTimeoutMs = minuteMs;

const services = ["blob", "queue", "table"] as const;

type Ports = Readonly<Record<(typeof services)[number], string>>;

export interface Azurite extends ManagedProcess {
  readonly connectionString: string;
  readonly tableUrl: string;
  readonly ports: Ports;
}

/** Where Azurite keeps what it stores, so that it can be started again with it, on the same ports. */
export interface KeptStorage {
  readonly folder: string;
  readonly ports?: Ports;
}

/** Makes Azurite behave as on Azure: HTTPS, tokens of Entra ID, and the account's own host names. */
export interface AzureLikeStorage {
  readonly account: string;
  readonly certificateFile: string;
  readonly keyFile: string;
  /**
   * Addresses to serve on port 443. Tables use a free local port: Azurite accepts transactions only with the account in
   * the path.
   */
  readonly addresses: Readonly<Record<"blob" | "queue", string>>;
}

/** Starts Azure Storage: on free local ports with a key, or as on Azure; in memory unless it has a folder. */
export async function startAzurite(azureLike?: AzureLikeStorage, kept?: KeptStorage): Promise<Azurite> {
  const file = createRequire(import.meta.url).resolve("azurite/dist/src/azurite.js");
  const flags = [
    ...(kept === undefined ? ["--inMemoryPersistence"] : ["--location", kept.folder]),
    "--silent",
    "--loose",
    "--skipApiVersionCheck",
    "--disableTelemetry",
  ];
  const addresses: Partial<Record<string, string>> = azureLike?.addresses ?? {};
  const bindings = services.flatMap((service) => [
    `--${service}Host`,
    addresses[service] ?? "127.0.0.1",
    `--${service}Port`,
    addresses[service] === undefined ? (kept?.ports?.[service] ?? "0") : "443",
  ]);
  const secureFlags =
    azureLike === undefined
      ? []
      : ["--oauth", "basic", "--cert", azureLike.certificateFile, "--key", azureLike.keyFile];
  const preloaded = ["exit-with-parent.ts", "without-telemetry.ts"].map((name) =>
    fileURLToPath(new URL(name, import.meta.url)),
  );
  const child = startProcess(file, {
    args: [...flags, ...bindings, ...secureFlags],
    environment: { ...process.env, ...(azureLike && { AZURITE_ACCOUNTS: `${azureLike.account}:${key}` }) },
    execArgv: preloaded.flatMap((preload) => ["--import", preload]),
  });
  const addressOf = async (service: string) => {
    const [, url] = await child.waitForLine(
      new RegExp(`${service} service is successfully listening at (https?://\\S+)`),
      startTimeoutMs,
    );
    return `${url}/${azureLike?.account ?? account}`;
  };
  const [blob, queue, table] = [await addressOf("Blob"), await addressOf("Queue"), await addressOf("Table")];
  const connectionString = `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${key};BlobEndpoint=${blob};QueueEndpoint=${queue};TableEndpoint=${table};`;
  const [blobs, queues, tables] = [blob, queue, table].map((url) => new URL(url).port);
  const ports = { blob: blobs ?? "", queue: queues ?? "", table: tables ?? "" };
  return { ...child, connectionString, tableUrl: table, ports };
}
