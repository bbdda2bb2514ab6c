import { describe, expect, it } from "vitest";
import { parseServiceName } from "../../lib/connections/names.ts";
import { rowsListings } from "../../lib/state/listings.ts";
import { memoryRows } from "../../lib/state/memory-rows.ts";
import { resolveNames } from "./resolve-names.ts";

const listings = rowsListings(memoryRows());
const refusalOf = async (request: object) => {
  const resolved = await resolveNames({ listings }, request);
  return "refusal" in resolved ? (JSON.parse(resolved.refusal.body as string) as object) : undefined;
};

describe("a name that nothing has", () => {
  it("is not found; as a scope, it may have been meant for a connection", async () => {
    const scope = parseServiceName("pe-mine");
    expect(await refusalOf({ scope })).toMatchObject({
      title: "not found",
      detail:
        'no known service is named "pe-mine"; a connection is named with its service, such as apim-orders/pe-payments',
    });
    expect(await refusalOf({ service: scope })).toMatchObject({
      detail: 'no known service is named "pe-mine"',
    });
  });
});
