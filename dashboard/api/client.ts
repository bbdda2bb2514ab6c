import { parseJson } from "../../src/lib/json.ts";

/**
 * Requests to the app's own API. The key is kept in this module's memory: not in storage, not in an address, not in a
 * cookie.
 */

/**
 * Why a request has no answer: the network, the key or the token, a refusal that lasts, or a failure of the app that
 * may pass.
 */
export type FailureKind = "network" | "unauthorised" | "refused" | "failed";

export class RequestFailed extends Error {
  override readonly name = "RequestFailed";
  readonly kind: FailureKind;
  readonly status: number;
  constructor(kind: FailureKind, message: string, status = 0) {
    super(message);
    this.kind = kind;
    this.status = status;
  }
}

let key = "";
let keyRefused: () => void = () => {};

export function setKey(given: string): void {
  key = given;
}

export function hasKey(): boolean {
  return key !== "";
}

/** Calls back when the app no longer accepts the key or the session. */
export function onKeyRefused(callback: () => void): void {
  keyRefused = callback;
}

const timeoutMs = 30_000;
/** Reviews of a whole service are answered within two minutes. */
const actionTimeoutMs = 180_000;

/** An answer with the entity tag that the app gave it. */
interface Tagged {
  readonly etag: string;
  readonly body: unknown;
}

/**
 * The last answers, by path: what has not changed is not sent again, and stays the same object, so that nothing is
 * recomputed.
 */
const answers = new Map<string, Tagged>();
const answersMax = 50;

export function get<T>(path: string): Promise<T> {
  return request<T>(path, { method: "GET" }, timeoutMs);
}

function keep(path: string, tagged: Tagged): void {
  answers.delete(path);
  answers.set(path, tagged);
  const [oldest] = answers.keys();
  if (answers.size > answersMax && oldest !== undefined) answers.delete(oldest);
}

export function post<T>(path: string, body: object): Promise<T> {
  const init = {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json" },
  };
  return request<T>(path, init, actionTimeoutMs);
}

async function request<T>(path: string, init: RequestInit, ms: number): Promise<T> {
  const headers = new Headers(init.headers);
  const sentKey = key;
  headers.set("x-functions-key", sentKey);
  const known = init.method === "GET" ? answers.get(path) : undefined;
  if (known !== undefined) headers.set("if-none-match", known.etag);
  let response: Response;
  let text: string;
  try {
    response = await fetch(`/api/${path}`, { ...init, headers, signal: AbortSignal.timeout(ms) });
    text = await response.text();
  } catch (error) {
    const isLate = error instanceof DOMException && error.name === "TimeoutError";
    throw new RequestFailed(
      "network",
      isLate ? "The app did not answer in time." : "The app does not answer.",
    );
  }
  if (response.status === 304 && known !== undefined) return known.body as T;
  const body = parseJson(text);
  // The details of an app with problems come with the status 503.
  const isAnswer = response.ok || (response.status === 503 && path === "health/details" && isHealth(body));
  if (isAnswer && body !== undefined) {
    const etag = response.headers.get("etag");
    if (init.method === "GET" && etag !== null) keep(path, { etag, body });
    return body as T;
  }
  // A late answer about another key says nothing about this one.
  if (response.status === 401 && sentKey === key) keyRefused();
  throw failureOf(response.status, body);
}

/** What stands before the app may answer 503 for it, in its own words. */
function isHealth(body: unknown): boolean {
  return typeof body === "object" && body !== null && "problems" in body;
}

interface Problem {
  readonly title?: unknown;
  readonly detail?: unknown;
}

function failureOf(status: number, body: unknown): RequestFailed {
  const { title, detail } = (body ?? {}) as Problem;
  const said = [title, detail].filter((each) => typeof each === "string" && each !== "").join(": ");
  if (status === 401)
    return new RequestFailed("unauthorised", said || "The key is missing or wrong.", status);
  if (status >= 500 || status === 429)
    return new RequestFailed("failed", said || `The app failed (HTTP ${status}).`, status);
  return new RequestFailed("refused", said || `The app refused the request (HTTP ${status}).`, status);
}
