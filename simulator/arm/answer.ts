/** What a request is answered. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  /** A body that is no JSON, as gateways write it. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function ok(body: unknown): Answer {
  return { status: 200, body };
}

/** An error in ARM's own form. */
export function armError(status: number, code: string, message: string): Answer {
  return { status, body: { error: { code, message } } };
}

export function notFound(id: string): Answer {
  return armError(404, "ResourceNotFound", `The Resource '${id}' was not found.`);
}
