import { dayMs, hourMs, minuteMs } from "../../src/lib/clock.ts";
import { active } from "./actors.ts";
import { byChance } from "./faults.ts";
import { usual, type Options } from "./run.ts";

/** The kinds of runs that seeds take in turn. Each makes different things likely. */
export const profiles: Readonly<Record<string, Options>> = {
  usual,
  /** Many requests at one service at once, and every event several times. */
  crowded: {
    ...usual,
    services: 1,
    forMs: 20 * minuteMs,
    act: active({ requests: 14, automatic: 0, people: 4 }),
    ways: { lost: 0, copies: 4, lateMs: 1_500, forged: 0.2 },
    faults: (chance) => byChance(chance, 0.3),
  },
  /** All requests at once, for the last places that a service has. */
  rush: {
    ...usual,
    services: 1,
    forMs: 30_000,
    act: active({ requests: 16, automatic: 0, people: 0 }),
    ways: { lost: 0, copies: 2, lateMs: 500, forged: 0 },
    // Azure's lists often lag behind the latest approval.
    faults: (chance) => byChance(chance, 0.1, { stale: 0.15 }),
    recoveryMs: 3 * hourMs,
  },
  /** The policy and mode change during the run. */
  redeployed: { ...usual, redeploys: 3 },
  /** The rate limits are reached. */
  limited: {
    ...usual,
    rateLimits: { approvalsPerHour: 2, requestsPerHour: 6, revocationsPerRun: 5 },
    faults: (chance) => byChance(chance, 0.6),
    recoveryMs: 8 * hourMs,
  },
  /** No event arrives; the inventory lags and never shows some services. */
  unheard: {
    ...usual,
    services: 3,
    ways: { lost: 1, copies: 1, lateMs: 0, forged: 0 },
    inventoryLagMs: 20 * minuteMs,
    hidden: 0.4,
    recoveryMs: 26 * hourMs,
  },
  /** Little happens, and then nothing more, so that no later event brings the app back to unfinished work. */
  quiet: {
    ...usual,
    act: active({ requests: 2, automatic: 0.3, people: 1 }),
    ways: { lost: 1, copies: 1, lateMs: 0, forged: 0 },
    forMs: 30 * minuteMs,
    faults: (chance) => byChance(chance, 1.5),
    recoveryMs: 3 * hourMs,
  },
  /** Most calls meet a fault sooner or later. */
  stormy: { ...usual, faults: (chance) => byChance(chance, 2.5), recoveryMs: 6 * hourMs },
};

/** Approvals end after an hour, or when an operator says, and what a later policy rejects is revoked. */
export const governed: Options = {
  ...usual,
  policies: [2, 3],
  redeploys: 2,
  decisions: 20,
  rateLimits: { ...usual.rateLimits, revocationsPerRun: 1 },
  forMs: 5 * hourMs,
};

/** A large company's estate. It takes minutes, so only the soak runs it, for one seed in five hundred. */
export const large: Options = {
  ...usual,
  services: 5,
  forMs: 48 * hourMs,
  act: active({ requests: 450, automatic: 0.1, people: 200 }),
  faults: (chance) => byChance(chance, 0.3),
  // Longer than the back-off of a sink that was down.
  recoveryMs: 6 * hourMs,
};

/** Azure takes hours for some writes, which raises alerts and blocks other writes of the service. */
export const endless: Options = {
  ...usual,
  act: active({ requests: 5, automatic: 0, people: 1 }),
  forMs: hourMs,
  operations: [80 * minuteMs, 175_000, 130 * minuteMs],
  faults: (chance) => byChance(chance, 0.5),
  recoveryMs: dayMs,
};

/** Of so many rounds of the profiles, one runs the whole recovery. */
const roundsToWhole = 8;

/**
 * The profile of a seed. Most runs end once nothing is left to do, since the recovery is most of a run, and nothing
 * happens in it any more. The others also try what hours bring: reminders, direct reads of every service, and what is
 * read again and again.
 */
export function profileOf(seed: number): Options {
  const all = Object.values(profiles);
  const round = Math.floor(seed / all.length);
  return { ...(all[seed % all.length] ?? usual), untilSettled: round % roundsToWhole !== 0 };
}

/**
 * So many processes at once, as a Flex Consumption plan starts them, and more to read than one subscription's quota
 * allows.
 */
export const manyInstances = (processes: number): Options => ({
  ...usual,
  processes,
  services: 8,
  forMs: 10 * minuteMs,
  recoveryMs: 3 * hourMs,
  untilSettled: true,
  act: active({ requests: 150, automatic: 0, people: 0 }),
  ways: { lost: 0, copies: 2, lateMs: 500, forged: 0 },
  faults: (chance) => byChance(chance, 0.2),
});
