import type { PublicIpId } from "../../azure/resource-id.ts";
import type { WatchConfig } from "../../config/config.ts";
import { hasTag, type Governed, type Tags } from "../../estate/scope.ts";

/**
 * Whether a public IP resource is watched independently of a service; `unknown` if that depends on tags that could not
 * be read.
 */
export function isWatched({ ids, tags: wanted }: WatchConfig, id: PublicIpId, tags?: Tags): Governed {
  if (ids.some(({ text }) => text === id.text)) return "yes";
  if (wanted.length === 0) return "no";
  if (tags === undefined) return "unknown";
  return hasTag(wanted, tags) ? "yes" : "no";
}
