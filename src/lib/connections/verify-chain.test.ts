import { describe, expect, it } from "vitest";
import { hashOf } from "./record/entry-hash.ts";
import { chainVerifier, type ChainLink } from "./verify-chain.ts";

const connection =
  "/subscriptions/11111111-1111-4111-8111-111111111111/resourcegroups/rg/providers/microsoft.apimanagement/service/apim/privateendpointconnections/pe";

/** Two entries from before hashes had a version. Their endpoint has tags with numeric names. */
const old = [
  {
    id: "s-aaaa-1",
    sequence: 1,
    at: "2026-01-05T08:00:00.000Z",
    previous: "",
    kind: "decision",
    connection,
    facts: { known: { "endpoint.tags": { team: "x", "-": "c", 2: "a", 10: "b" } }, unknown: {} },
    hash: "6ce6ac6f24949d2c9ed2b5bf5a4225cb7d3448aff10b0298bc6c70f9a9867845",
  },
  {
    id: "s-aaaa-2",
    sequence: 2,
    at: "2026-01-05T08:01:00.000Z",
    previous: "6ce6ac6f24949d2c9ed2b5bf5a4225cb7d3448aff10b0298bc6c70f9a9867845",
    kind: "outcome",
    connection,
    phase: "Applied",
    reason: "done",
    hash: "28d03098ca1da651bc9ad8d16f564957e61159e6804a6eb09dfc4661ce5164e3",
  },
] as const;

/** The entry after another, hashed with the current version. */
function after({ sequence, hash: previous }: ChainLink) {
  const entry = { ...old[1], id: `s-aaaa-${sequence + 1}`, sequence: sequence + 1, previous };
  const { hash: _, ...unhashed } = entry;
  return { ...unhashed, ...hashOf(unhashed) };
}

function brokenIn(entries: readonly ChainLink[]): readonly string[] {
  const chain = chainVerifier();
  for (const entry of entries) chain.take(entry);
  return chain.broken.map(({ id, why }) => `${id}: ${why}`);
}

const invalid = (sequence: number) => [`s-aaaa-${sequence}: its content does not match its hash`];

describe("chainVerifier", () => {
  it("verifies entries from before hashes had a version", () => {
    expect(brokenIn(old)).toEqual([]);
  });

  it("verifies a chain with entries of every version in any order, because two versions of the app may run side by side", () => {
    const third = after(old[1]);
    const fourth = after(third);
    expect(brokenIn([...old, third, fourth])).toEqual([]);
    expect(third.hashVersion).toBe(2);
  });

  it.each([
    ["a tag with a numeric name", { facts: { known: { "endpoint.tags": { 2: "b" } }, unknown: {} } }],
    ["another hash version", { hashVersion: 2 }],
  ])("finds an old entry that was changed to have %s", (_, forged) => {
    expect(brokenIn([{ ...old[0], ...forged }, old[1]])).toEqual(invalid(1));
  });

  it("finds a new entry whose version was removed or whose content was changed", () => {
    const third = after(old[1]);
    const { hashVersion: _, ...unversioned } = third;
    expect(brokenIn([...old, unversioned])).toEqual(invalid(3));
    const changed = { ...third, reason: "another" };
    expect(brokenIn([...old, changed])).toEqual(invalid(3));
  });

  it("finds an entry that does not name the one before it, although its own hash is right", () => {
    const third = after({ ...old[1], hash: old[0].hash });
    expect(brokenIn([...old, third])).toEqual(["s-aaaa-3: it does not follow s-aaaa-2"]);
  });

  it.each([3, 1, "2", null])("does not verify an entry with the unknown version %j", (hashVersion) => {
    const third = { ...after(old[1]), hashVersion } as ChainLink;
    expect(brokenIn([...old, third])).toEqual([
      `s-aaaa-3: its hash has version ${JSON.stringify(hashVersion)}, which this version of Drawbridge cannot verify; update Drawbridge`,
    ]);
  });

  it("hashes new entries over their canonical JSON by RFC 8785", () => {
    const { hash } = hashOf({ facts: { 2: "a", 10: "b" } });
    // sha256 of {"facts":{"10":"b","2":"a"},"hashVersion":2}
    expect(hash).toBe("6b59b85bc7bb7627b53fb822b1e261cd90d0ce3c1593d9b5f348e64d6719997f");
  });
});
