/** Formats a line of the app's structured log for people; any other line stays as it is. */
export function formatLogLine(line: string): string {
  const entry = parse(line);
  if (entry === undefined) return line;
  const { time, level, message, alert, ...fields } = entry;
  const at = String(time).slice(11, 19);
  if (isAlert(alert))
    return `${at}  ${alert.type.replace("Drawbridge.", "")}  ${shortId(alert.subject)}: ${alert.data.reason ?? ""}`;
  const rest = Object.entries(fields).map(([name, value]) => `${name}=${shortId(text(value))}`);
  return [`${at}  ${level === "info" ? "" : `${String(level)}: `}${String(message)}`, ...rest].join("  ");
}

/** The last names of an ARM id, such as `apim-orders/pe-app`; other text stays as it is. */
export function shortId(id: string): string {
  const [, service, , connection] =
    /\/service\/([^/]+)(\/privateEndpointConnections\/([^/]+))?$/i.exec(id) ?? [];
  if (service === undefined) return id;
  return connection === undefined ? service : `${service}/${connection}`;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

interface LoggedAlert {
  readonly type: string;
  readonly subject: string;
  readonly data: { readonly reason?: string };
}

function isAlert(value: unknown): value is LoggedAlert {
  return typeof value === "object" && value !== null && "type" in value && "subject" in value;
}

function parse(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{"time":')) return undefined;
  return JSON.parse(line) as Record<string, unknown>;
}
