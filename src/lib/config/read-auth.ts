import { isGuid } from "../guid.ts";
import type { AuthConfig } from "./config.ts";

/** `DRAWBRIDGE_AUTH` is `key` or `entra`. App Service reports its own authentication in a variable of the platform. */
export function readAuth(
  values: ReadonlyMap<string, string>,
  platformSays: string | undefined,
  problems: string[],
): AuthConfig {
  const platform = platformSays?.toLowerCase() === "true";
  const kind = (values.get("DRAWBRIDGE_AUTH") ?? "key").toLowerCase();
  if (kind !== "key" && kind !== "entra")
    problems.push(`DRAWBRIDGE_AUTH is "${kind}"; it must be key or entra`);
  if (kind !== "entra") return { platform };
  if (!platform)
    problems.push(
      "DRAWBRIDGE_AUTH is entra, and App Service authentication is off, which validates the tokens",
    );
  const tenant = values.get("DRAWBRIDGE_AUTH_TENANT")?.toLowerCase() ?? "";
  const audience = values.get("DRAWBRIDGE_AUTH_AUDIENCE") ?? "";
  if (!isGuid(tenant)) problems.push("DRAWBRIDGE_AUTH_TENANT must be the id of the tenant (a UUID)");
  if (audience === "")
    problems.push("DRAWBRIDGE_AUTH_AUDIENCE must be the audience of the tokens that are taken");
  const callers = (values.get("DRAWBRIDGE_AUTH_CALLERS") ?? "")
    .split(",")
    .map((part) => part.trim().toLowerCase())
    .filter((part) => part !== "");
  for (const each of callers)
    if (!isGuid(each)) problems.push(`DRAWBRIDGE_AUTH_CALLERS: "${each}" is not an object or application id`);
  return { platform, entra: { tenant, audience, callers } };
}
