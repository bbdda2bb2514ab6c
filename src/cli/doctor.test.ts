import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { temporaryFolder } from "../../test/folder.ts";
import type { Answer } from "../functions/http/answers.ts";

const { drawbridge } = temporaryFolder();

let server: Server | undefined;
afterEach(() => {
  server?.close();
  server = undefined;
});

type Found = Answer<"Doctor">;
type Right = Found["rights"][number];

const right = (state: Right["state"], action: string): Right => ({
  action,
  role: "Drawbridge Approver",
  subscription: "s-1",
  state,
  reason: `Needed for ${action}.`,
  detail: "what was read",
  ...(state === "missing" ? { grant: "Assign it at /subscriptions/s-1." } : {}),
});

const well: Found = {
  at: "2026-11-24T12:00:00.000Z",
  status: "ok",
  problems: [],
  warnings: [],
  storage: [
    { what: "read the queue reviews", role: "Storage Queue Data Contributor", state: "ok", detail: "tried" },
  ],
  sinks: [],
  eventPaths: {
    readAt: "2026-11-24T11:00:00.000Z",
    subscriptions: 1,
    present: 1,
    absent: 0,
    unknown: 0,
    problems: [],
  },
  rights: [right("ok", "A/read"), right("not testable", "B/read")],
  notReached: [],
};

/** The `doctor` command against an app that finds this. */
async function doctor(found: Found, args = "") {
  server = createServer((request, response) => {
    const isAsked = request.url === "/api/doctor" && request.headers["x-functions-key"] === "right";
    response.writeHead(isAsked ? 200 : 401).end(JSON.stringify(isAsked ? found : {}));
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return drawbridge(`doctor ${args}`.trim(), { DRAWBRIDGE_URL: url, DRAWBRIDGE_KEY: "right" });
}

describe("doctor", () => {
  it("exits with 0 where nothing is missing, and shows what it could not test", async () => {
    const { code, out } = await doctor(well);
    expect(code).toBe(0);
    expect(out).toBe(
      `STATE         ACTION  SUBSCRIPTION  DETAIL
not testable  B/read  s-1           what was read

2 of 3 rights were tried and are there; 0 missing, 1 not testable
`,
    );
  });

  it("shows every right with --all", async () => {
    const { out } = await doctor(well, "--all");
    expect(out).toContain("  ok: read the queue reviews (Storage Queue Data Contributor): tried\n");
    expect(out).toMatch(/\nok {12}A\/read/);
  });

  it("says what is missing, what it is for, and how it is granted, and exits with 1", async () => {
    const { code, out } = await doctor({
      ...well,
      status: "findings",
      problems: ["no sweep has completed since 2026-11-24T08:00:00.000Z"],
      warnings: ["DRAWBRIDGE_INSTANCES has no effect"],
      storage: [
        {
          what: "write the table drawbridge",
          role: "Storage Table Data Contributor",
          state: "missing",
          detail: "403 AuthorizationPermissionMismatch",
          grant: "Assign it on the storage account.",
        },
        {
          what: "read the queue events",
          role: "Storage Queue Data Contributor",
          state: "not testable",
          detail: "404 QueueNotFound",
        },
      ],
      sinks: [{ name: "teams", givenUp: 2, reportedAt: "2026-11-24T10:00:00.000Z" }],
      eventPaths: {
        readAt: "2026-11-24T11:00:00.000Z",
        subscriptions: 60,
        present: 5,
        absent: 54,
        unknown: 1,
        problems: [
          { subscription: "s-1", state: "absent", reason: "no system topic that the app can see" },
          { subscription: "s-2", state: "unknown", reason: "the topic's event subscriptions cannot be read" },
        ],
      },
      rights: [right("ok", "A/read"), right("missing", "B/read")],
      notReached: ["s-9"],
    });
    expect(code).toBe(1);
    expect(out).toBe(`Problems:
  no sweep has completed since 2026-11-24T08:00:00.000Z

Warnings:
  DRAWBRIDGE_INSTANCES has no effect

Rights on the app's own resources:
  missing: write the table drawbridge (Storage Table Data Contributor): 403 AuthorizationPermissionMismatch
    Assign it on the storage account.
  not testable: read the queue events (Storage Queue Data Contributor): 404 QueueNotFound

Sinks that do not accept alerts:
  teams: 2 alerts were given up, last reported at 2026-11-24T10:00:00.000Z

Event paths:
  events of 54 of 60 subscriptions do not arrive; whether events of 1 of 60 subscriptions arrive is unknown (read at 2026-11-24T11:00:00.000Z):
  s-1 absent: no system topic that the app can see
  s-2 unknown: the topic's event subscriptions cannot be read
  and 53 more
  Where no event arrives, sweeps find the requests, later.
  Deploy infra/events with the output of: drawbridge events --format parameters

STATE    ACTION  SUBSCRIPTION  DETAIL
missing  B/read  s-1           what was read

Missing rights:
  B/read in s-1 (Drawbridge Approver)
    for: Needed for B/read.
    Assign it at /subscriptions/s-1.

No time was left for these subscriptions:
  s-9

1 of 4 rights were tried and are there; 2 missing, 1 not testable
`);
  });

  it("advises no deployment where it is only unknown whether events arrive", async () => {
    const problem = {
      subscription: "s-1",
      state: "unknown",
      reason: "the name of the app is unknown",
    } as const;
    const eventPaths = {
      ...well.eventPaths,
      readAt: "then",
      subscriptions: 1,
      present: 0,
      absent: 0,
      unknown: 1,
    };
    const { out } = await doctor({ ...well, eventPaths: { ...eventPaths, problems: [problem] } });
    expect(out).toContain(
      "  whether events of 1 of 1 subscriptions arrive is unknown (read at then):\n  s-1 unknown",
    );
    expect(out).not.toContain("infra/events");
  });

  it("says that event paths are not read yet", async () => {
    const none = await doctor({ ...well, eventPaths: null });
    expect(none).toMatchObject({ code: 0, out: expect.stringContaining("not read yet") });
  });

  it("prints the answer as JSON", async () => {
    const { out, err } = await doctor(well, "--format json");
    expect(JSON.parse(out)).toEqual(well);
    expect(err).toContain("up to a minute");
  });
});
