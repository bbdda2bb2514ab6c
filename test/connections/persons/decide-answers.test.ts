import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { decideConnection } from "../../../src/functions/decide-connection.ts";
import { dayMs, minuteMs, plusMs } from "../../../src/lib/clock.ts";
import { subscriptions } from "../../../simulator/estate/estate.ts";
import { httpRequest } from "../../http-request.ts";
import { startWorkbench, type Workbench } from "../../workbench.ts";
import { observationsOf } from "../observations.ts";

/**
 * What `POST /api/connections/decide` answers where nothing is recorded and the person is to ask again: 409, and why.
 */
let workbench: Workbench;
beforeEach(async () => {
  workbench = await startWorkbench();
  await workbench.calm();
});
afterEach(() => workbench.stop());

const { record, entries } = observationsOf(() => workbench);
type Id = Parameters<Workbench["review"]>[0];

const path = ({ text }: Id) => text.slice(text.lastIndexOf("/"));

async function held(): Promise<Id> {
  const id = await workbench.ask({ token: "partner", subscriptionId: subscriptions.partner });
  await workbench.review(id);
  expect(await record(id)).toMatchObject({ phase: "Held" });
  return id;
}

/** Azure answers no read of this path any more. */
function failReads(at: string): void {
  const answer = { status: 503, body: { error: { code: "Unavailable", message: "no" } } };
  workbench.simulator.faults.add({ method: "GET", path: at, times: 99, does: { kind: "answer", answer } });
}

async function decide(
  { text }: Id,
  more: object = {},
  on = workbench,
): Promise<{ status: number; detail?: string }> {
  const body = { connection: text, verdict: "approve", reason: "partner onboarded", ...more };
  const request = httpRequest("connections/decide", body);
  const answer = await decideConnection(on.services)(request, undefined, { name: "ana" });
  const { status = 200 } = answer;
  if (status === 200) return { status };
  expect(answer.headers).toMatchObject({ "content-type": "application/problem+json" });
  const { title, detail } = JSON.parse(answer.body as string) as { title: string; detail: string };
  expect(title).toBe("not decided");
  return { status, detail };
}

/**
 * The answer, after which nothing is recorded; asked again where nothing stands in the way, the decision is followed.
 */
async function refusedThenFollowed(id: Id, end: () => void) {
  const before = await entries();
  const refused = await decide(id);
  expect(await entries()).toEqual(before);
  expect((await record(id))?.person).toBeUndefined();
  end();
  expect(await decide(id)).toEqual({ status: 200 });
  return refused;
}

describe("a decision that is not recorded is answered with 409", () => {
  it("while other reviews of the service take long, and may be asked for again", async () => {
    const id = await held();
    const before = await entries();
    const { promise: otherReview, resolve: endOtherReview } = Promise.withResolvers<void>();
    const busy = workbench.services.serviceMutex.runExclusive(id.service.text, () => otherReview);
    const { promise: inLine, resolve: isInLine } = Promise.withResolvers<void>();
    const { serviceMutex } = workbench.services;
    const runExclusive: typeof serviceMutex.runExclusive = (key, work) => {
      const turn = serviceMutex.runExclusive(key, work);
      isInLine();
      return turn;
    };
    const asked = decide(
      id,
      {},
      { ...workbench, services: { ...workbench.services, serviceMutex: { runExclusive } } },
    );
    await inLine;
    workbench.pass(3 * minuteMs);
    endOtherReview();
    await busy;
    expect(await asked).toEqual({
      status: 409,
      detail: "other reviews of its service take long; nothing is recorded; ask again later",
    });
    expect(await entries()).toEqual(before);
    expect(await decide(id)).toEqual({ status: 200 });
  });

  it("while another review of the connection is at work", async () => {
    const id = await held();
    const found = await record(id);
    if (found === undefined) throw new Error("a held connection without a record");
    const until = plusMs(workbench.services.clock.now(), minuteMs);
    await workbench.services.ledger.save({ ...found, lease: { owner: "another instance", until } });
    const refused = await refusedThenFollowed(id, () => workbench.pass(2 * minuteMs));
    expect(refused).toEqual({ status: 409, detail: "another review of it is at work; ask again later" });
  });

  it("where Azure does not answer", async () => {
    const id = await held();
    failReads(path(id));
    const refused = await refusedThenFollowed(id, () => {
      workbench.simulator.faults.clear();
      workbench.pass(minuteMs);
    });
    expect(refused).toEqual({
      status: 409,
      detail: "the connection could not be read (failed); ask again later",
    });
  });

  it("where whether it is governed cannot be read", async () => {
    const id = await held();
    failReads("/service/apim-orders");
    const tagged = workbench.under({ scope: { subscriptions: [], tags: [{ name: "governed" }] } });
    const before = await entries();
    expect(await decide(id, {}, tagged)).toEqual({
      status: 409,
      detail: "whether it is governed could not be read; ask again later",
    });
    expect(await entries()).toEqual(before);
  });

  it("in mode off, where asking again would not help", async () => {
    const id = await held();
    expect(await decide(id, {}, workbench.under({ mode: "off" }))).toEqual({
      status: 409,
      detail: "mode off: nothing is reviewed",
    });
  });

  it("where the approval that is to be renewed could not be read", async () => {
    const id = await held();
    const until = plusMs(workbench.services.clock.now(), dayMs);
    expect(await decide(id, { until })).toEqual({ status: 200 });
    const before = await entries();
    failReads(path(id));
    const refused = await decide(id);
    expect(refused).toEqual({
      status: 409,
      detail: "the connection could not be read (failed); ask again later",
    });
    expect(await entries()).toEqual(before);
    workbench.simulator.faults.clear();
    workbench.pass(minuteMs);
    expect(await decide(id)).toEqual({ status: 200 });
  });
});
