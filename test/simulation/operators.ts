import { minuteMs } from "../../src/lib/clock.ts";
import { httpRequest } from "../http-request.ts";
import { rowsLedger } from "../../src/lib/state/ledger.ts";
import type { ConnectionRecord } from "../../src/lib/connections/record/connection-record.ts";
import type { Running } from "./run.ts";

/** A decision that an operator asked for. Its reason is unlike any other's. */
export interface AskedDecision {
  readonly connection: string;
  readonly verdict: "approve" | "reject";
  readonly reason: string;
  /** The status of the answer; undefined until it arrives, or if it never does. */
  status?: number | undefined;
}

/** Lets operators decide on what is held, `times` times, now and then two of them on the same connection. */
export function decideSometimes(running: Running, chance: () => number, times: number): void {
  const { sim, options } = running;
  const start = sim.time.now();
  for (let index = 0; index < times; index++) {
    const [at, which, what, twice] = [chance(), chance(), chance(), chance()];
    sim.time.at(start + at * options.forMs, () => {
      const untilMs = what < 0.35 ? Math.ceil(what * 10) * 30 * minuteMs : undefined;
      const verdict = what < 0.7 ? "approve" : "reject";
      void decideOne(running, which, { verdict, ...(untilMs === undefined ? {} : { untilMs }) });
      if (twice < 0.3) void decideOne(running, which, { verdict: twice < 0.15 ? verdict : "reject" });
    });
  }
}

interface Wanted {
  readonly verdict: "approve" | "reject";
  readonly untilMs?: number;
}

/**
 * What waits for an operator: what is held, what was approved until a time, and what an operator decided and is not
 * applied yet: a rejection among that is to stay.
 */
async function decideOne(running: Running, which: number, wanted: Wanted): Promise<void> {
  const ending = (await recordsIn(running, "Applied")).filter(({ term }) => term !== undefined);
  const approved = (await recordsIn(running, "Decided")).filter(({ person }) => person !== undefined);
  const held = await recordsIn(running, "Held");
  const waiting = [...held, ...(wanted.verdict === "approve" ? ending : []), ...approved];
  const record = waiting[Math.floor(which * waiting.length)];
  if (record !== undefined) await decide(running, record.id.text, wanted);
}

async function recordsIn(
  { rows, sim }: Running,
  phase: ConnectionRecord["phase"],
): Promise<readonly ConnectionRecord[]> {
  const ledger = rowsLedger(rows, () => [], { now: () => sim.now() });
  return (await ledger.connections({ phase }, { top: 1_000 })).items;
}

/** One request of an operator, to whichever process takes it. */
export async function decide(
  running: Running,
  connection: string,
  { verdict, untilMs }: Wanted,
): Promise<void> {
  const { platform, decisionsAsked, sim } = running;
  if (!platform.processes.some(({ alive }) => alive)) return;
  const asked: AskedDecision = { connection, verdict, reason: `CHG-${decisionsAsked.length + 1}` };
  decisionsAsked.push(asked);
  const until = untilMs === undefined ? {} : { until: new Date(sim.time.now() + untilMs).toISOString() };
  const body = JSON.stringify({ connection, verdict, reason: asked.reason, ...until });
  await platform
    .invoke("decideConnection", async (process) => {
      const { status = 200 } = await process.decideConnection(httpRequest("connections/decide", body));
      asked.status = status;
    })
    .catch(() => {
      // The person sees the error, and may ask again.
    });
}
