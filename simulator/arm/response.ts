/** The response to a request. */
export interface ArmResponse {
  readonly status: number;
  readonly body?: unknown;
  /** A body that is not JSON, such as a gateway's HTML page. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function ok(body: unknown): ArmResponse {
  return { status: 200, body };
}

/** An error in ARM's format. */
export function armError(status: number, code: string, message: string): ArmResponse {
  return { status, body: { error: { code, message } } };
}

export function notFound(id: string): ArmResponse {
  return armError(404, "ResourceNotFound", `The Resource '${id}' was not found.`);
}
