import { describe, expect, it } from "vitest";
import { attemptOf, decider, evaluation, hold } from "../../../../test/connections/evaluations.ts";
import { earlier, fullRecord, id } from "../../../../test/connections/records.ts";
import { reviewFixture, shown } from "../../../../test/connections/review-fixture.ts";
import { knownRead, unknownRead } from "../../estate/read.ts";
import { chosenAction, decisionOf } from "./append-decision.ts";

const { services } = reviewFixture();
const { person } = fullRecord("Held");

describe("the entry of a decision", () => {
  it("has what it rests on", () => {
    const at = new Date(earlier);
    const snapshot = {
      connection: shown,
      subscriptions: knownRead({ at, byId: new Map() }),
      reservations: [],
    };
    expect(
      decisionOf(attemptOf(services, { actorObjectId: "o-1" }), evaluation({ person, snapshot })),
    ).toStrictEqual({
      kind: "decision",
      connection: id.text,
      cause: "event",
      actor: "test",
      actorObjectId: "o-1",
      mode: "enforce",
      policy: { name: "ours", hash: decider },
      verdict: hold,
      action: "approve",
      person,
      fingerprint: "f-1",
      facts: { known: {}, unknown: {} },
      trace: [],
      message: "please",
      subscriptionsAt: earlier,
    });
  });

  it("lacks what there is not", () => {
    const { description: _, ...connection } = shown;
    const snapshot = { connection, subscriptions: unknownRead("forbidden"), reservations: [] };
    const invalid = { kind: "invalid", hash: "h", problems: [] };
    expect(decisionOf(attemptOf(services), evaluation({ snapshot, policy: invalid }))).toStrictEqual({
      kind: "decision",
      connection: id.text,
      cause: "event",
      actor: "test",
      mode: "enforce",
      policy: { name: "(does not load)", hash: decider },
      verdict: hold,
      action: "none",
      fingerprint: "f-1",
      facts: { known: {}, unknown: {} },
      trace: [],
    });
  });

  it("to revoke has the approver's text, which is no message of the requester", () => {
    const connection = { ...shown, state: "Approved", description: "by Ada" };
    const snapshot = { connection, subscriptions: unknownRead("forbidden"), reservations: [] };
    const entry = decisionOf(attemptOf(services), evaluation({ snapshot, revokes: true }));
    expect(entry).toMatchObject({ action: "revoke", descriptionBefore: "by Ada" });
    expect(entry).not.toHaveProperty("message");
    expect(decisionOf(attemptOf(services), evaluation({ snapshot }))).not.toHaveProperty("descriptionBefore");
  });
});

it.each([
  ["a revocation", { verdict: { kind: "reject" }, revokes: true }, "revoke"],
  ["a person's decision", { verdict: hold, person }, "approve"],
  ["the policy's verdict", { verdict: { kind: "reject" } }, "reject"],
  ["nothing, if it holds", { verdict: hold }, "none"],
])("what is to be done is %s", (_, found, action) => {
  expect(chosenAction(evaluation(found), "enforce")).toBe(action);
});
