import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { temporaryFolder } from "../../test/folder.ts";

const { drawbridge } = temporaryFolder();

const resource =
  "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers/Microsoft.ApiManagement/service/apim-orders";
const set = (state: string, current: readonly string[], more: object = {}) => ({
  resource,
  kind: "public",
  location: "westeurope",
  state,
  current,
  baseline: ["198.51.100.1"],
  ...more,
});
const stale = ["vacated", "gone", "not watched", "not applicable"].map((state) =>
  set(state, ["198.51.100.9"]),
);

let answer: { readonly status: number; readonly body: object };
/** By the beginning of the path, before `answer`. */
const answers = new Map<string, typeof answer>();
let url: string;
let stop: () => void;
beforeEach(async () => {
  answers.clear();
  const server = createServer(({ url: path = "" }, response) => {
    const [, { status, body } = answer] = [...answers].find(([start]) => path.startsWith(start)) ?? [];
    response.writeHead(status).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  stop = () => server.close();
  answer = {
    status: 200,
    body: {
      addresses: [
        set("right", ["203.0.113.1", "203.0.113.0/28"]),
        set("right", ["203.0.113.1"], { kind: "outbound" }),
        ...stale,
      ],
    },
  };
});
afterEach(() => stop());

const exported = (args = "") => drawbridge(`export ${args}`.trim(), { DRAWBRIDGE_URL: url });

describe("export", () => {
  it("prints each address that is there now once, and nothing that is gone", async () => {
    expect(await exported()).toEqual({ code: 0, out: "203.0.113.1\n203.0.113.0/28\n", err: "" });
  });

  it("prints what is there now where it drifted or cannot be observed, says so, and exits with 1", async () => {
    answer = {
      status: 200,
      body: {
        addresses: [
          set("drifted", ["203.0.113.7"], { drift: { since: "2026-11-24T12:00:00Z", causes: [] } }),
          set("unknown", ["203.0.113.8"], { unsettled: { since: "2026-11-24T13:00:00Z", why: "no answer" } }),
        ],
      },
    };
    const { code, out, err } = await exported();
    expect({ code, out }).toEqual({ code: 1, out: "203.0.113.7\n203.0.113.8\n" });
    expect(err).toBe(
      "apim-orders: public in westeurope differs from its baseline since 2026-11-24T12:00:00Z; what is there now was printed\n" +
        "apim-orders: public in westeurope cannot be observed since 2026-11-24T13:00:00Z (no answer); what was last observed was printed\n",
    );
  });

  it("says that nothing was printed of what was never observed, or has no addresses any more", async () => {
    const since = "2026-11-24T13:00:00Z";
    const addresses = [
      set("right", ["203.0.113.1"]),
      set("unknown", [], { kind: "outbound", unsettled: { since, why: "no answer" } }),
      set("drifted", [], { kind: "private", drift: { since, causes: [] } }),
    ];
    answer = { status: 200, body: { addresses } };
    const { code, err } = await exported();
    expect(code).toBe(1);
    expect(err.split("\n").toSorted()).toEqual([
      "",
      expect.stringContaining(
        `cannot be observed since ${since} (no answer); no addresses of it are known, so none were printed`,
      ),
      expect.stringContaining(
        `differs from its baseline since ${since}; it has no addresses now, so none were printed`,
      ),
    ]);
  });

  it("names the services whose addresses were never observed, and exits with 1", async () => {
    const of = { kind: "private", location: "westeurope" };
    const lacking = { since: "2026-11-24T13:00:00Z", why: "it is Updating", set: of };
    const unobserved = [{ resource: `${resource}\u001b[2J`, ...lacking }];
    answer = { status: 200, body: { addresses: [set("right", ["203.0.113.1"])], unobserved } };
    const said = expect.stringMatching(
      /^apim-orders \[2J: private in westeurope not observed yet, since 2026-11-24T13:00:00Z \(it is Updating\)/,
    );
    expect(await exported()).toEqual({ code: 1, out: "203.0.113.1\n", err: said });
    answer = { status: 200, body: { addresses: [], unobserved } };
    const { code, out, err } = await exported();
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain("there is no address to allow");
    expect(err).toContain("(it is Updating)");
    expect(err).not.toContain("\u001b");
  });

  it.each(["text", "csv", "json", "ip-group", "nsg", "terraform"])(
    "fails as %s, without output, where there is nothing to allow or the resource is unknown",
    async (format) => {
      answer = { status: 200, body: { addresses: stale } };
      const empty = await exported(`--format ${format}`);
      expect({ ...empty, err: "" }).toEqual({ code: 2, out: "", err: "" });
      expect(empty.err).toContain("there is no address to allow");
      answer = { status: 404, body: { title: "no addresses of this resource were ever observed" } };
      const unknown = await exported(`--resource ${resource} --format ${format}`);
      expect({ ...unknown, err: "" }).toEqual({ code: 2, out: "", err: "" });
      expect(unknown.err).toContain("no addresses of this resource were ever observed");
    },
  );

  it("prints csv and JSON with what each address belongs to", async () => {
    const csv = await exported("--format csv");
    expect(csv.out.split("\r\n")).toEqual([
      "address,kind,location,resource",
      `203.0.113.1,outbound,westeurope,${resource}`,
      `203.0.113.1,public,westeurope,${resource}`,
      `203.0.113.0/28,public,westeurope,${resource}`,
      "",
    ]);
    expect(JSON.parse((await exported("--format json")).out)).toHaveLength(3);
  });

  it("prints an IP group as an ARM template", async () => {
    const { out } = await exported("--format ip-group --name apim");
    expect(JSON.parse(out)).toMatchObject({
      resources: [
        {
          type: "Microsoft.Network/ipGroups",
          name: "apim",
          properties: { ipAddresses: ["203.0.113.1", "203.0.113.0/28"] },
        },
      ],
    });
  });

  it("prints a rule for each family as an ARM template, from the addresses or to them", async () => {
    answer = { status: 200, body: { addresses: [set("right", ["203.0.113.1", "2001:DB8::1"])] } };
    const inbound = JSON.parse((await exported("--format nsg")).out) as {
      resources: { properties: object }[];
    };
    expect(inbound.resources.map(({ properties }) => properties)).toMatchObject([
      {
        direction: "Inbound",
        access: "Allow",
        sourceAddressPrefixes: ["203.0.113.1"],
        destinationAddressPrefix: "*",
      },
      { direction: "Inbound", access: "Allow", sourceAddressPrefixes: ["2001:db8::1"] },
    ]);
    const outbound = await exported("--format nsg --direction outbound");
    expect(JSON.parse(outbound.out)).toMatchObject({
      resources: [{ properties: { direction: "Outbound", destinationAddressPrefixes: ["203.0.113.1"] } }, {}],
    });
  });

  it("refuses an IP group with IPv6 addresses, which Azure does not take, and one that is too large", async () => {
    answer = { status: 200, body: { addresses: [set("right", ["2001:db8::1"])] } };
    expect(await exported("--format ip-group")).toMatchObject({
      code: 2,
      out: "",
      err: expect.stringContaining("IPv6"),
    });
    const many = Array.from({ length: 5_001 }, (_, index) => `10.${index >> 8}.${index & 255}.1`);
    answer = { status: 200, body: { addresses: [set("right", many)] } };
    expect(await exported("--format ip-group")).toMatchObject({
      code: 2,
      err: expect.stringContaining("at most 5000"),
    });
  });

  it("prints Terraform variables", async () => {
    const { out } = await exported("--format terraform --name my-apim");
    expect(JSON.parse(out)).toEqual({ my_apim_addresses: ["203.0.113.1", "203.0.113.0/28"] });
  });

  it("says which services it left out because their tier shares addresses, and exits with 1", async () => {
    const shared = set("not applicable", [], { resource: `${resource}-v2`, advice: "AzureCloud.<region>" });
    answer = { status: 200, body: { addresses: [set("right", ["203.0.113.1"]), shared] } };
    expect(await exported("--kind public --format ip-group")).toMatchObject({
      code: 1,
      out: expect.stringContaining("203.0.113.1"),
      err: expect.stringContaining("apim-orders-v2: public in westeurope was left out"),
    });
  });

  it("says which services call from their public addresses where only outbound ones are printed", async () => {
    const other = { resource: `${resource}-2` };
    const outbound = set("right", ["203.0.113.2"], { ...other, kind: "outbound" });
    answer = {
      status: 200,
      body: { addresses: [set("right", ["203.0.113.1"]), set("right", ["203.0.113.3"], other), outbound] },
    };
    const { code, out, err } = await exported("--kind outbound");
    expect({ code, out }).toEqual({ code: 1, out: "203.0.113.2\n" });
    expect(err).toContain("apim-orders: without a NAT gateway it calls from its public addresses");
    expect(err).not.toContain("apim-orders-2");
  });

  it("adds the prefixes of the service tag where a tier has no addresses of its own, and fails where it was not read", async () => {
    const shared = set("not applicable", [], { advice: "AzureCloud.<region>" });
    answers.set("/api/addresses?", { status: 200, body: { addresses: [shared] } });
    answers.set("/api/addresses/service-tags", {
      status: 200,
      body: {
        readAt: null,
        unread: null,
        unreadTags: [],
        tags: [{ name: "AzureCloud.westeurope", region: "westeurope", prefixes: ["198.51.100.0/26"] }],
      },
    });
    expect((await exported()).code).toBe(2);
    expect(await exported("--service-tags")).toEqual({ code: 0, out: "198.51.100.0/26\n", err: "" });
    answers.set("/api/addresses/service-tags", {
      status: 200,
      body: { readAt: null, unread: "forbidden", unreadTags: [], tags: [] },
    });
    expect(await exported("--service-tags")).toMatchObject({
      code: 2,
      out: "",
      err: expect.stringContaining("the service tag of westeurope was not read yet (forbidden)"),
    });
    answers.set("/api/addresses/service-tags", {
      status: 200,
      body: {
        readAt: null,
        unread: null,
        unreadTags: [{ name: "AzureCloud.westeurope", region: "westeurope", why: "not-in-answer" }],
        tags: [{ name: "AzureCloud.westeurope", region: "westeurope", prefixes: ["198.51.100.0/26"] }],
      },
    });
    expect(await exported("--service-tags")).toEqual({
      code: 1,
      out: "198.51.100.0/26\n",
      err: "AzureCloud.westeurope cannot be read (not-in-answer); its prefixes of an earlier read were printed\n",
    });
  });

  it.each([
    ["--direction outbound", "--direction is for --format nsg"],
    ["--name apim", "--name is for --format ip-group, nsg or terraform"],
    ["--name x! --format ip-group", "--name is"],
  ])("refuses %s, which it could not follow", async (args, why) => {
    expect(await exported(args)).toMatchObject({ code: 2, out: "", err: expect.stringContaining(why) });
  });

  it("refuses an answer with something that is no address", async () => {
    answer = { status: 200, body: { addresses: [set("right", ["0.0.0.0/0 evil"])] } };
    expect(await exported()).toMatchObject({ code: 2, out: "" });
  });
});
