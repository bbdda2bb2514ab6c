import { afterEach, beforeEach, expect, it } from "vitest";
import { reviewConnections } from "../../src/functions/review-connections.ts";
import { minuteMs } from "../../src/lib/clock.ts";
import { reviewMessage } from "../../src/lib/connections/review-message.ts";
import { jsonLog } from "../../src/lib/log.ts";
import { noTelemetry } from "../../src/lib/telemetry.ts";
import type { Services } from "../../src/services.ts";
import { startWorkbench, type Workbench } from "../workbench.ts";

let workbench: Workbench;
beforeEach(async () => {
  workbench = await startWorkbench();
  await workbench.calm();
});
afterEach(() => workbench.stop());

it("the event that Azure sends about Drawbridge's own approval does not read as a failure in the log", async () => {
  const lines: Record<string, unknown>[] = [];
  const log = jsonLog(
    (line) => lines.push(JSON.parse(line) as Record<string, unknown>),
    workbench.services.clock,
  );
  const handler = reviewConnections({ ...workbench.services, log, telemetry: noTelemetry } as Services);
  const id = await workbench.ask();
  for (const request of ["its request", "its approval"]) {
    await handler(reviewMessage(id, "event", workbench.services.clock.now(), request));
    workbench.pass(minuteMs);
  }
  const reviewed = lines.filter(({ message }) => message === "reviewed");
  expect(reviewed).toMatchObject([
    { applied: true, phase: "Applied" },
    { applied: false, phase: "Applied", reason: "nothing to apply: it is Approved, as Drawbridge decided" },
  ]);
});
