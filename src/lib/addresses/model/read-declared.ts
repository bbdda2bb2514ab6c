import { normaliseLocation } from "../../policy/values/location.ts";
import { entriesOf, textAt } from "../../policy/source/keys.ts";
import { parse, type Source } from "../../policy/source/parse.ts";
import { problemsOf, type Problem, type Problems } from "../../policy/source/problem.ts";
import { parsePublicIpId, parseServiceId } from "../../azure/resource-id.ts";
import { canonicalAddress, addressSet } from "./address.ts";
import type { DeclaredAddresses } from "./declared.ts";
import { addressKinds, type AddressKind } from "./tier.ts";

const topKeys = ["addresses"];
const entryKeys = ["resource", "location", ...addressKinds];
const addressesMax = 1_000;

/** Reads every declaration of a set of files, and reports all problems at once. */
export function readDeclared(files: readonly { readonly file: string; readonly text: string }[]): {
  readonly declared: readonly DeclaredAddresses[];
  readonly problems: readonly Problem[];
} {
  const problems: Problem[] = [];
  const declared = files.flatMap(({ file, text }) => fileEntries(text, problemsOf(file, problems)));
  const seen = new Map<string, string>();
  for (const each of declared) {
    const key = `${each.resource} ${each.kind} ${each.location ?? ""}`;
    const before = seen.get(key);
    if (before !== undefined) problems.push(twice(each, before));
    seen.set(key, each.file);
  }
  return { declared, problems };
}

function twice({ kind, file }: DeclaredAddresses, before: string): Problem {
  const [name = "", line = "1"] = file.split(/:(?=\d+$)/);
  const message = `the ${kind} addresses of this resource are declared at ${before} already`;
  return { severity: "error", file: name, line: Number(line), column: 1, message };
}

function fileEntries(text: string, problems: Problems): readonly DeclaredAddresses[] {
  const source = parse(text, problems);
  if (source === undefined) return [];
  const list = entriesOf(source, topKeys, problems).get("addresses");
  if (list?.kind !== "list") {
    problems.add(list?.at ?? source.at, "addresses is missing or is not a list");
    return [];
  }
  return list.items.flatMap((item) => entry(item, problems));
}

function entry(source: Source, problems: Problems): readonly DeclaredAddresses[] {
  const entries = entriesOf(source, entryKeys, problems);
  const text = textAt(source, entries, "resource", problems);
  const resource = parseServiceId(text) ?? parsePublicIpId(text);
  if (resource === undefined && text !== "")
    problems.add(
      entries.get("resource")?.at ?? source.at,
      "resource must be the ARM id of an API Management service or of a public IP address",
    );
  const location = entries.has("location") ? textAt(source, entries, "location", problems) : undefined;
  if (resource?.kind === "service" && location === undefined)
    problems.add(
      source.at,
      "location is missing: a service has its addresses by location, such as westeurope",
    );
  const kinds = addressKinds.filter((kind) => entries.has(kind));
  if (kinds.length === 0) problems.add(source.at, `at least one of ${addressKinds.join(", ")} is required`);
  return kinds.flatMap((kind): DeclaredAddresses[] => {
    const addresses = addressList(entries.get(kind), kind, problems);
    if (addresses === undefined || resource === undefined) return [];
    return [
      {
        resource: resource.text,
        kind,
        addresses,
        file: `${problems.file}:${source.at.line}`,
        ...(location === undefined ? {} : { location: normaliseLocation(location) }),
      },
    ];
  });
}

/** An empty list is a declaration too: there are no addresses of this kind. */
function addressList(
  source: Source | undefined,
  kind: AddressKind,
  problems: Problems,
): readonly string[] | undefined {
  if (source?.kind !== "list") {
    if (source !== undefined) problems.add(source.at, `${kind} must be a list of addresses or prefixes`);
    return undefined;
  }
  if (source.items.length > addressesMax)
    problems.add(source.at, `${kind} has more than ${addressesMax} addresses`);
  const texts = source.items.map((item) => {
    const text = item.kind === "scalar" && typeof item.value === "string" ? item.value : "";
    if (canonicalAddress(text) === undefined)
      problems.add(
        item.at,
        "this must be an IPv4 or IPv6 address or prefix, such as 203.0.113.10 or 203.0.113.0/30",
      );
    return text;
  });
  return addressSet(texts);
}
