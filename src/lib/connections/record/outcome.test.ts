import { expect, it } from "vitest";
import { fullRecord, id, leastRecord } from "../../../../test/connections/records.ts";
import { outcomeOf } from "./outcome.ts";

it("an outcome names its decision and the state, where there are such", () => {
  expect(outcomeOf(fullRecord("Applied"), "done")).toStrictEqual({
    kind: "outcome",
    connection: id.text,
    decisionId: "d-0",
    phase: "Applied",
    state: "Pending",
    reason: "done",
  });
  expect(outcomeOf(leastRecord("Gone"), "deleted")).toStrictEqual({
    kind: "outcome",
    connection: id.text,
    phase: "Gone",
    reason: "deleted",
  });
});
