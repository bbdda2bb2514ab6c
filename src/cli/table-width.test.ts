import { expect, it } from "vitest";
import { answeringApp } from "../../test/answering-app.ts";
import type { Planned } from "../lib/plan/planned.ts";
import type { Tally } from "../lib/replay/tally.ts";
import { printFacts } from "./explained-facts.ts";
import { shortName } from "./listing.ts";
import { printPlan } from "./plan/print-plan.ts";
import type { Plan } from "./plan/plan-row.ts";
import { printReplay } from "./replay/print-replay.ts";

const { onApp } = answeringApp();
const service =
  "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers/Microsoft.ApiManagement/service/apim-orders";
const connection = `${service}/privateEndpointConnections/pe-one`;
const at = "2026-11-24T12:00:00.000Z";
const reason = "the rule cannot be decided, since the app may not read the subnet of the endpoint ".repeat(4);
const held = { connection, service, phase: "Held", verdict: "hold", reason, firstSeenAt: at, attempts: 0 };
const set = { resource: service, kind: "public", location: "westeurope", current: [], baseline: [] };
const right = {
  state: "missing",
  action: "A/read",
  role: "r",
  subscription: "s",
  reason: "",
  detail: reason,
};
const entry = {
  id: "d-1",
  at,
  kind: "decision",
  connection,
  service,
  verdict: { kind: "hold", reasons: [reason] },
};

/** The answers of an app with long texts, by the command that prints them. */
const answers: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  connections: { "/api/connections": { connections: [held] } },
  held: { "/api/held": { held: [held], waitingForWindow: 0, waitingForMode: 0, waitingForBreaker: 0 } },
  decisions: { "/api/decisions": { decisions: [entry] } },
  alerts: {
    "/api/alerts": {
      alerts: [
        { time: at, severity: "info", type: "Drawbridge.RuleAlert", subject: service, data: { reason } },
      ],
    },
  },
  "reevaluate --scope all": {
    "/api/reevaluate": { results: [{ connection, verdict: "hold", reasons: [reason], applied: false }] },
  },
  addresses: {
    "/api/addresses": {
      addresses: [{ ...set, state: "drifted", drift: { since: at, causes: [{ cause: reason }] } }],
      unobserved: [],
    },
  },
  "addresses --history apim-orders": {
    "/api/addresses/history": {
      resource: service,
      changes: [{ at, kind: "acknowledged", what: reason, addresses: [] }],
    },
  },
  doctor: {
    "/api/doctor": {
      status: "ok",
      problems: [],
      warnings: [],
      storage: [],
      sinks: [],
      eventPaths: null,
      rights: [right],
      notReached: [],
    },
  },
};

const longest = (text: string) => Math.max(...text.split("\n").map(({ length }) => length));

it.each(Object.keys(answers))("%s fits into a terminal, and is whole elsewhere", async (command) => {
  const narrow = await onApp(command, answers[command] ?? {}, 200, 150);
  expect(longest(narrow.out)).toBeLessThanOrEqual(150);
  expect(narrow.out.replaceAll(/\s+/g, " ")).toContain(reason.trim());
  const piped = await onApp(command, answers[command] ?? {});
  expect(piped.out).toContain(reason.trim());
});

it("a plan fits into a terminal as a table, and is whole in the other formats", () => {
  const planned: Planned = { connection, state: "Pending", action: "hold", reasons: [reason], unknown: [] };
  const plan = { policy: { name: "p" }, services: 1, rows: [planned], unread: [] } as unknown as Plan;
  const [table] = printPlan(plan, "table", 120).split("\n\n");
  expect(longest(table ?? "")).toBeLessThanOrEqual(120);
  expect(printPlan(plan, "csv", 120)).toContain(reason.trim());
});

it("a replay fits into a terminal as a table, and is whole in a file", () => {
  const connections = ["of-one-team", "of-another", "of-a-third", "of-a-fourth"].map(
    (name) => `${connection}-${name}`,
  );
  const decided = { kind: "hold" } as const;
  const group = {
    before: decided,
    after: decided,
    count: 4,
    facts: new Map(),
    samples: ["d-1"],
    connections,
  };
  const tally: Tally = {
    decisions: 4,
    same: 0,
    others: 0,
    otherwise: 4,
    cannot: new Map(),
    groups: new Map([["g", group]]),
  };
  const narrow = printReplay(tally, "table", 100);
  expect(longest(narrow)).toBeLessThanOrEqual(100);
  expect(longest(printReplay(tally, "table"))).toBeGreaterThan(100);
  for (const each of connections) expect(narrow).toContain(shortName(each));
});

it("the facts of a decision fit into a terminal, and are whole in a file", () => {
  const fact = {
    field: "requester.subscriptionName",
    source: "requester",
    requesterChosen: true,
    readAt: at,
  } as const;
  const facts = [
    { ...fact, value: "a name of several words ".repeat(4) },
    { ...fact, unknown: reason },
  ];
  expect(longest(printFacts(facts, Date.parse(at), 100))).toBeLessThanOrEqual(100);
  expect(printFacts(facts, Date.parse(at))).toContain(reason.trim());
});
