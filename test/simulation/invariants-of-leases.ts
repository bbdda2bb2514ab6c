import type { ConnectionRecord } from "../../src/lib/connections/record/connection-record.ts";
import { connectionPrefix } from "../../src/lib/state/keys.ts";
import type { RowCheck } from "./rows.ts";
import type { PutCheck } from "./observed-calls.ts";

const putTimeoutMs = 15_000;

/** I5: no lease is taken while another attempt holds it. */
export const checkLeases: RowCheck = ({ sim }, { row, value }, before) => {
  if (!row.startsWith(connectionPrefix)) return;
  const [held, taken] = [leaseOf(before?.value), leaseOf(value)];
  const isOver = held === undefined || Date.parse(held.until) <= sim.time.now();
  if (!isOver && taken !== undefined && taken.owner !== held.owner)
    sim.violated("I5 fencing", `${row.slice(0, 20)} is taken from ${held.owner} by ${taken.owner}`);
};

function leaseOf(value: unknown): ConnectionRecord["lease"] {
  return (value as Pick<ConnectionRecord, "lease"> | undefined)?.lease;
}

/** I5: a PUT is sent by the attempt that holds the lease, with time left. */
export function checkLeaseOfPut({ running: { sim }, violated }: PutCheck, { lease }: ConnectionRecord): void {
  const { id } = sim.invocation();
  if (lease === undefined || !lease.owner.startsWith(`${id}-`))
    violated("I5 fencing", "another attempt holds the lease");
  else if (Date.parse(lease.until) - putTimeoutMs <= sim.time.now())
    violated("I5 fencing", "the lease ends before the PUT would");
}
