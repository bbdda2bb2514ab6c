import { isGuid } from "../../lib/guid.ts";

/**
 * Properties whose texts are Azure's own words. Every other text is replaced: what is not known to be harmless may name
 * a person, a company or a network.
 */
const harmless = new Set([
  "type",
  "location",
  "provisioningstate",
  "targetprovisioningstate",
  "status",
  "state",
  "virtualnetworktype",
  "platformversion",
  "natgatewaystate",
  "publicnetworkaccess",
  "code",
  "groupids",
  "resultformat",
  "resulttruncated",
  "sku.name",
  "sku.tier",
]);

/** Words of Azure's, alone or in a row. A text of another form is replaced wherever it stands. */
const words = /^[a-z0-9][a-z0-9 ._/-]{0,79}$/i;
/** Names of properties in Azure's answers. Others are chosen by somebody, such as an identity's id. */
const propertyName = /^@?[a-z$][\w.$-]*$/i;
const version = /^\d{4}-\d\d-\d\d(-preview)?$/;
/** Matches nothing. */
const none = /(?!)/;
/** A type of resources, or a collection. */
const typeName = /^[a-z]{1,64}$/i;
const namespace = /^[a-z]+(\.[a-z]+)+$/i;

const address = /^(\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:]*:[0-9a-f:]+)(\/\d+)?$/i;
const instant = /^\d{4}-\d{2}-\d{2}T/;

/** Replaces names consistently: the same text gets the same replacement in all answers of a run. */
export interface Anonymiser {
  readonly value: (value: unknown) => unknown;
  /**
   * An ARM id, or the path of a request. Of its query only the version of the API stays: the address of an operation
   * carries a signature there, with which anybody could follow it.
   */
  readonly path: (path: string) => string;
}

export function anonymiser(): Anonymiser {
  const replaced = new Map<string, string>();
  const numbered = (text: string, make: (index: number) => string): string => {
    const key = text.toLowerCase();
    const found = replaced.get(key) ?? make(replaced.size + 1);
    replaced.set(key, found);
    return found;
  };
  const addresses = new Map<string, string>();
  /** Each address gets one of its own, of the network for benchmarks (RFC 2544) or for documentation (RFC 3849). */
  const addressFor = (ip: string): string => {
    const index = addresses.size + 1;
    const made = ip.includes(":")
      ? `2001:db8::${index.toString(16)}`
      : `198.${18 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`;
    const found = addresses.get(ip.toLowerCase()) ?? made;
    addresses.set(ip.toLowerCase(), found);
    return found;
  };
  const id = (text: string) =>
    numbered(text, (index) => `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`);
  const name = (text: string) => numbered(`name ${text}`, (index) => `name-${index}`);

  /** Types and the provider's namespace stay, where ids have them. */
  const path = (text: string): string => {
    const [route = "", query] = text.split("?");
    // With an empty segment, names would stand where types do.
    if (route.includes("//")) return name(text);
    const segments = route.split("/").map((segment, index, all) => {
      const form =
        all[index - 1]?.toLowerCase() === "providers" ? namespace : index % 2 === 1 ? typeName : none;
      if (segment === "" || form.test(segment)) return segment;
      return isGuid(segment) ? id(segment) : name(segment);
    });
    const asked = new URLSearchParams(query).get("api-version") ?? "";
    return segments.join("/") + (version.test(asked) ? `?api-version=${asked}` : "");
  };

  const textOf = (text: string, key: string): string => {
    if (text === "" || (harmless.has(key) && words.test(text) && !isGuid(text))) return text;
    if (/^\/(subscriptions|providers)\//i.test(text)) return path(text);
    const [, ip, prefix = ""] = address.exec(text) ?? [];
    if (ip !== undefined) return addressFor(ip) + prefix;
    if (instant.test(text)) return "2026-01-01T00:00:00.0000000Z";
    return name(text);
  };

  const value = (given: unknown, key = "", parent = ""): unknown => {
    if (typeof given === "string")
      return textOf(given, key === "name" || key === "tier" ? `${parent}.${key}` : key);
    if (Array.isArray(given)) return given.map((each) => value(each, key, parent));
    if (typeof given !== "object" || given === null) return given;
    return Object.fromEntries(
      Object.entries(given).map(([member, each]) => {
        const isChosen = key === "tags" || !propertyName.test(member);
        return [isChosen ? textOf(member, "") : member, value(each, member.toLowerCase(), key)];
      }),
    );
  };
  return { value: (given) => value(given), path };
}
