import { createReadStream, statSync } from "node:fs";
import { resolve } from "node:path";
import { appAt } from "../app.ts";
import type { Terminal } from "../command.ts";
import { CannotRun } from "../exit-codes.ts";
import { withFile } from "../policy-at.ts";

/** Recorded entries as bytes, one in a line, or as a JSON array. */
export interface Recorded {
  readonly name: string;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** Bytes of entries of the app that are replayed together. */
const partChars = 1 << 20;

/** The records at these paths and addresses of blobs, or those of the running app where there are none. */
export async function* recordedAt(
  paths: readonly string[],
  filter: Readonly<Record<string, string | undefined>>,
  terminal: Terminal,
): AsyncGenerator<Recorded> {
  if (paths.length === 0) yield { name: "the app", bytes: entriesOfApp(filter, terminal) };
  for (const path of paths)
    if (/^https?:\/\//.test(path)) {
      // Loaded here: the SDK would slow the start of every other command down.
      const { recordBlobs } = await import("../../lib/azure/record-blobs.ts");
      // The query may hold a shared access signature, which does not belong into the log of a pipeline.
      yield* blobsAt(path.replace(/\?.*$/s, ""), recordBlobs(path, terminal.environment.DrawbridgeState));
    } else yield { name: path, bytes: bytesOfFile(path, terminal) };
}

async function* blobsAt(path: string, blobs: AsyncIterable<Recorded>): AsyncGenerator<Recorded> {
  for await (const { name, bytes } of readable(path, blobs)) yield { name, bytes: readable(path, bytes) };
}

/** What the SDK says of an answer that is an error. */
interface Refusal {
  readonly code?: string;
  readonly details?: { readonly errorCode?: string };
}

async function* readable<T>(path: string, items: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* items;
  } catch (error) {
    if (!(error instanceof Error) || error instanceof CannotRun) throw error;
    const { code, details } = error as Error & Refusal;
    throw new CannotRun(`${path}: cannot be read (${code ?? details?.errorCode ?? error.message})`);
  }
}

async function* bytesOfFile(path: string, { folder }: Terminal): AsyncGenerator<Uint8Array> {
  const file = resolve(folder, path);
  withFile(path, "read", () => statSync(file));
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 18 })) yield chunk as Uint8Array;
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    throw new CannotRun(`${path}: cannot be read (${String(error.code)})`);
  }
}

async function* entriesOfApp(
  filter: Readonly<Record<string, string | undefined>>,
  terminal: Terminal,
): AsyncGenerator<Uint8Array> {
  let text = "";
  for await (const entry of appAt(terminal).decisions({ ...filter, kind: "decision" })) {
    text += `${JSON.stringify(entry)}\n`;
    if (text.length < partChars) continue;
    yield Buffer.from(text);
    text = "";
  }
  if (text !== "") yield Buffer.from(text);
}
