import {
  parsePublicIpId,
  parseServiceId,
  type PublicIpId,
  type ServiceId,
} from "../src/lib/azure/resource-id.ts";

/** Ids of which a test knows that they are some. */
export function serviceIdOf(text: string): ServiceId {
  const found = parseServiceId(text);
  if (found === undefined) throw new Error(`${text} is no service's id`);
  return found;
}

export function publicIpIdOf(text: string): PublicIpId {
  const found = parsePublicIpId(text);
  if (found === undefined) throw new Error(`${text} is no public IP's id`);
  return found;
}
