import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { startPart, type Part } from "./process.ts";

/** Azurite's one account; its key is printed in Microsoft's documentation and opens nothing else. */
const account = "devstoreaccount1";
const key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
const startTimeoutMs = 60_000;

export interface Azurite extends Part {
  readonly connectionString: string;
}

/** Azure Storage on free ports of this machine, in memory. */
export async function startAzurite(): Promise<Azurite> {
  const file = createRequire(import.meta.url).resolve("azurite/dist/src/azurite.js");
  const flags = [
    "--inMemoryPersistence",
    "--silent",
    "--loose",
    "--skipApiVersionCheck",
    "--disableTelemetry",
  ];
  const ports = ["blob", "queue", "table"].flatMap((service) => [
    `--${service}Host`,
    "127.0.0.1",
    `--${service}Port`,
    "0",
  ]);
  const preload = fileURLToPath(new URL("end-with-parent.ts", import.meta.url));
  const part = startPart(file, {
    args: [...flags, ...ports],
    environment: process.env,
    execArgv: ["--import", preload],
  });
  const addressOf = async (service: string) => {
    const [, url] = await part.line(
      new RegExp(`${service} service is successfully listening at (http://\\S+)`),
      startTimeoutMs,
    );
    return `${url}/${account}`;
  };
  const [blob, queue, table] = [await addressOf("Blob"), await addressOf("Queue"), await addressOf("Table")];
  const connectionString = `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${key};BlobEndpoint=${blob};QueueEndpoint=${queue};TableEndpoint=${table};`;
  return { ...part, connectionString };
}
