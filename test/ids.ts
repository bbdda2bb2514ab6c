import {
  parsePublicIpId,
  parseServiceId,
  type PublicIpId,
  type ServiceId,
} from "../src/lib/azure/resource-id.ts";

/** Parses ids that are known to be valid. */
export function serviceIdOf(text: string): ServiceId {
  const found = parseServiceId(text);
  if (found === undefined) throw new Error(`${text} is not the id of a service`);
  return found;
}

export function publicIpIdOf(text: string): PublicIpId {
  const found = parsePublicIpId(text);
  if (found === undefined) throw new Error(`${text} is not the id of a public IP address`);
  return found;
}
