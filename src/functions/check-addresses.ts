import type { Timer } from "@azure/functions";
import { check } from "../lib/addresses/check/check.ts";
import type { Services } from "../services.ts";
import { periodOf } from "./timer-period.ts";

/** Timer: compares the addresses of everything governed with their baselines, and raises and clears drift. */
export function checkAddresses(
  services: Pick<
    Services,
    | "addresses"
    | "addressProblems"
    | "alerts"
    | "clock"
    | "recentActivity"
    | "log"
    | "telemetry"
    | "timerWatch"
  >,
) {
  const { addresses, addressProblems, alerts, clock, recentActivity, log, telemetry, timerWatch } = services;
  return async (timer: Timer): Promise<void> => {
    for (const problem of addressProblems) log.error("the declared addresses are not usable", { problem });
    const checked = await check(addresses, periodOf(timer, clock.now()));
    await timerWatch.checkNow();
    await alerts.announce("app");
    telemetry.setGauge("drawbridge.drifts.open", checked.drifts);
    await telemetry.flush();
    recentActivity.check = { at: clock.now().toISOString(), ...checked };
    const { unread, nowhere, ...rest } = checked;
    log.info("checked addresses", { ...rest, unread: unread.length, nowhere: nowhere.length });
  };
}
