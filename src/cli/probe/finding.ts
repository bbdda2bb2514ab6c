import { actionOf } from "../../lib/azure/action-of.ts";
import { asName, at, type Decode } from "../../lib/azure/arm-json.ts";
import type { Answered } from "./probe-azure.ts";

/** What came of something that was asked: a value, or in words why it could not be found out. */
export type Found<T> = FoundOut<T> | NotFoundOut;

interface FoundOut<T> {
  readonly kind: "known";
  readonly value: T;
}

interface NotFoundOut {
  readonly kind: "unknown";
  readonly reason: string;
}

/** The answer to a question, or why there is none. It names nothing of the tenant, so that it can be sent to others. */
export type Finding = Found<string>;

export function known<T>(value: T): FoundOut<T> {
  return { kind: "known", value };
}

export function couldNot(reason: string): NotFoundOut {
  return { kind: "unknown", reason };
}

/** Continues with what was found out. What was not stays so, for the same reason. */
export function thenFound<T, U>(found: Found<T>, next: (value: T) => Found<U>): Found<U> {
  return found.kind === "known" ? next(found.value) : found;
}

/** What an answer of 200 says, as the app would read it. */
export function valueIn<T>(answered: Answered | undefined, decode: Decode<T>): Found<T> {
  if (answered === undefined) return couldNot("it was not read");
  return answered.status === 200 ? decoded(answered.body, decode) : couldNot(describe(answered));
}

export function decoded<T>(body: unknown, decode: Decode<T>): Found<T> {
  const read = decode(body);
  if (read.kind === "known") return read;
  return couldNot(`Azure's answer cannot be used as it is (${read.reason})`);
}

/** An answer without a value, in words. */
export function describe(answered: Answered): string {
  if (answered.status === null) return `Azure did not answer (${answered.failure})`;
  const [path = ""] = answered.path.split("?");
  const needed = answered.status === 403 ? actionOf(answered.method, path) : undefined;
  const hint = needed === undefined ? "" : `; this needs the right ${needed.action}`;
  return `Azure answered ${statusOf(answered)}${hint}`;
}

/** The status with ARM's code, such as `404 ResourceNotFound`. */
export function statusOf(answered: Answered): string {
  if (answered.status === null) return `no answer (${answered.failure})`;
  const code = at("error.code", asName)(answered.body);
  return code.kind === "known" ? `${answered.status} ${word(code.value)}` : String(answered.status);
}

/** A word of Azure's, such as a state. Anything else that stands in its place might be anybody's text. */
export function word(text: string): string {
  return /^[A-Za-z0-9_.-]{1,80}$/.test(text) ? text : "(not a word)";
}
