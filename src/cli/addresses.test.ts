import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { run } from "./run.ts";
import { bodyOf } from "../../test/request-body.ts";

/** The commands about addresses, against a server with the answers of the app. */
const service =
  "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers/Microsoft.ApiManagement/service/apim-orders";
const right = {
  state: "right",
  resource: service,
  kind: "public",
  location: "westeurope",
  current: ["203.0.113.1"],
  baseline: ["203.0.113.1"],
};
const drifted = {
  ...right,
  state: "drifted",
  location: "eastus",
  current: ["203.0.113.3", "2001:db8::1"],
  baseline: ["203.0.113.2", "2001:db8::1"],
  drift: { since: "2026-11-24T12:00:00.000Z", causes: [{ cause: "subnet moved" }] },
};
const none = { ...right, state: "not applicable", kind: "private", current: [], baseline: [] };

let server: Server | undefined;
afterEach(() => {
  server?.close();
  server = undefined;
});

type Answer = (path: string, body: string) => { readonly status?: number; readonly body: unknown };

async function drawbridge(args: readonly string[], answer: Answer) {
  const asked: { path: string; key: string | undefined; body: string }[] = [];
  server = createServer((request, response) => {
    void (async () => {
      const [path, body] = [request.url ?? "", await bodyOf(request)];
      asked.push({ path, key: String(request.headers["x-functions-key"]), body });
      const { status = 200, body: told } = answer(path, body);
      response.writeHead(status).end(JSON.stringify(told));
    })();
  });
  await new Promise<void>((listening) => server?.listen(0, "127.0.0.1", listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const [out, err]: [string[], string[]] = [[], []];
  const code = await run(args, {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    environment: { DRAWBRIDGE_URL: url, DRAWBRIDGE_KEY: "k" },
    folder: ".",
    fetch,
    clock: { now: () => new Date("2026-11-24T12:00:00Z") },
  });
  return { code, out: out.join(""), err: err.join(""), asked };
}

describe("addresses", () => {
  it.each(["table", "json", "csv"])("name on stderr what was never observed, as %s", async (format) => {
    const unobserved = [{ resource: service, since: "2026-11-24T12:00:00.000Z", why: "it is Updating" }];
    const { code, err } = await drawbridge(["addresses", "--format", format], (path) => ({
      body: path.includes("continuation")
        ? { addresses: [right] }
        : { addresses: [], unobserved, continuation: "next" },
    }));
    expect([code, err]).toEqual([
      0,
      "apim-orders: its addresses not observed yet, since 2026-11-24T12:00:00.000Z (it is Updating), and not in the list\n",
    ]);
  });

  it("are a table of current addresses, baselines and drift", async () => {
    const { code, out, asked } = await drawbridge(["addresses"], () => ({
      body: { addresses: [right, drifted, none] },
    }));
    expect(out.split("\n")).toEqual([
      "SERVICE      LOCATION    KIND    CURRENT                  BASELINE                 STATE",
      "apim-orders  eastus      public  203.0.113.3 2001:db8::1  203.0.113.2 2001:db8::1  drifted since 2026-11-24T12:00:00.000Z: subnet moved",
      "apim-orders  westeurope  public  203.0.113.1              203.0.113.1              right",
      "",
    ]);
    expect(code).toBe(1);
    expect(asked).toMatchObject([{ path: "/api/addresses?top=1000", key: "k" }]);
  });

  it("are one line each in csv, for scripts that fill allow-lists", async () => {
    const { out } = await drawbridge(["addresses", "--format", "csv"], () => ({
      body: { addresses: [right, drifted] },
    }));
    expect(out.split("\r\n").map((line) => line.replace(service, "<id>"))).toEqual([
      "resource,service,location,kind,address,is,state",
      "<id>,apim-orders,eastus,public,203.0.113.3,current,drifted",
      "<id>,apim-orders,eastus,public,2001:db8::1,both,drifted",
      "<id>,apim-orders,eastus,public,203.0.113.2,baseline,drifted",
      "<id>,apim-orders,westeurope,public,203.0.113.1,both,right",
      "",
    ]);
  });

  it("show kinds that do not apply, and since when and why others are unknown; csv leaves out the baseline of another tier", async () => {
    const shared = {
      ...none,
      kind: "public",
      baseline: ["203.0.113.1"],
      advice: "the tier StandardV2 shares",
    };
    const unsettled = { since: "2026-11-24T08:00:00.000Z", why: "the answer has none" };
    const unknown = { ...right, state: "unknown", location: "eastus", unsettled };
    const answer = () => ({ body: { addresses: [shared, unknown] } });
    const { out, code } = await drawbridge(["addresses"], answer);
    expect(out).toContain("unknown since 2026-11-24T08:00:00.000Z: the answer has none");
    expect(out).toContain("not applicable");
    expect(code).toBe(0);
    const csv = await drawbridge(["addresses", "--format", "csv"], answer);
    expect(csv.out.split("\r\n").map((line) => line.replace(service, "<id>"))).toEqual([
      "resource,service,location,kind,address,is,state",
      "<id>,apim-orders,eastus,public,203.0.113.1,both,unknown",
      "",
    ]);
  });

  it("are read page by page, also as JSON, and with the filter", async () => {
    const { code, out, asked } = await drawbridge(
      ["addresses", "--kind", "public", "--drifted", "--format", "json", "--resource", service],
      (path) =>
        path.includes("continuation=more")
          ? { body: { addresses: [right] } }
          : { body: { addresses: [right], continuation: "more" } },
    );
    expect(JSON.parse(out)).toHaveLength(2);
    expect(code).toBe(0);
    expect(asked).toHaveLength(2);
    expect(asked[0]?.path).toContain("kind=public&drifted=true");
  });

  it("have a history without terminal escapes and spreadsheet formulas", async () => {
    const changes = [
      { at: "2026-11-24T12:00:00.000Z", kind: "learned", what: "the current addresses become the baseline" },
      {
        at: "2026-11-24T13:00:00.000Z",
        kind: "acknowledged",
        what: "the new addresses are right",
        actor: "ana",
        reason: "\u001b[31m planned",
        addresses: [
          { kind: "public", location: "westeurope", added: ["203.0.113.9"], removed: ["203.0.113.1"] },
        ],
      },
      { at: "=1+1", kind: "changed", what: 'the "subnet", was a' },
    ];
    const { out } = await drawbridge(["addresses", "--history", service], () => ({ body: { changes } }));
    expect(out).toContain("public westeurope -203.0.113.1 +203.0.113.9");
    expect(out).not.toContain("\u001b");
    const csv = await drawbridge(["addresses", "--history", service, "--format", "csv"], () => ({
      body: { changes },
    }));
    expect(csv.out).toContain(`'=1+1,changed,,"the ""subnet"", was a"`);
  });

  it.each([["--drifted"], ["--drifted", "yes"], ["--drifted=yes"]])("filter with %s %s", async (...flag) => {
    const { asked } = await drawbridge(["addresses", ...flag], () => ({ body: { addresses: [drifted] } }));
    expect(asked[0]?.path).toContain("drifted=true");
  });

  it("include inactive ones with --all", async () => {
    const answer = () => ({ body: { addresses: [right, none] } });
    expect((await drawbridge(["addresses"], answer)).out).not.toContain("not applicable");
    expect((await drawbridge(["addresses", "--all"], answer)).out).toContain("not applicable");
  });

  it("are not requested if an option has an unknown value", async () => {
    for (const args of [["--kind", "pubic"], ["--drifted", "maybe"], ["--format", "xml"], ["apim-orders"]])
      expect(await drawbridge(["addresses", ...args], () => ({ body: {} }))).toMatchObject({
        code: 2,
        asked: [],
      });
  });
});

describe("acknowledge", () => {
  const args = [
    "acknowledge",
    "--resource",
    service,
    "--addresses",
    "203.0.113.3, 2001:db8::1",
    "--reason",
    "moved",
  ];

  it("sends the addresses, the person and the reason", async () => {
    const { code, out, asked } = await drawbridge([...args, "--by", "ana"], () => ({
      body: { outcome: "acknowledged" },
    }));
    expect({ code, out }).toEqual({ code: 0, out: "acknowledged\n" });
    expect(JSON.parse(asked[0]?.body ?? "")).toEqual({
      resource: service,
      addresses: ["203.0.113.3", "2001:db8::1"],
      reason: "moved",
      by: "ana",
    });
  });

  it("prints why the app refuses", async () => {
    const { code, err } = await drawbridge(args, () => ({
      status: 409,
      body: { title: "other addresses are there", detail: "public in eastus: 203.0.113.4" },
    }));
    expect(code).toBe(1);
    expect(err).toContain("other addresses are there: public in eastus: 203.0.113.4");
  });

  it("exits with wrong usage if the app finds the request invalid", async () => {
    const problem = { title: "the request is invalid", detail: "location must be text" };
    const { code, err } = await drawbridge(args, () => ({ status: 400, body: problem }));
    expect(code).toBe(2);
    expect(err).toContain(
      "the request is invalid: location must be text (see drawbridge acknowledge --help)",
    );
  });

  it("answers as JSON", async () => {
    const { out } = await drawbridge([...args, "--format", "json"], () => ({
      body: { outcome: "unchanged" },
    }));
    expect(JSON.parse(out)).toEqual({ outcome: "unchanged" });
  });

  it("needs a resource, addresses and a reason", async () => {
    for (const at of [1, 3, 5])
      expect(await drawbridge(args.toSpliced(at, 2), () => ({ body: {} }))).toMatchObject({
        code: 2,
        asked: [],
      });
  });
});
