import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { beforeEach, describe, expect, it } from "vitest";
import { temporaryFolder } from "../../test/folder.ts";
import { fields } from "../lib/policy/language/fields.ts";

const { write, drawbridge } = temporaryFolder();

const policyText = (location: string) => `name: mine
rules:
  - { name: near, if: { field: endpoint.location, equals: ${location} }, then: { effect: approve } }
`;

const connectionNamed = (name: string) =>
  `/subscriptions/s/resourceGroups/rg/providers/Microsoft.ApiManagement/service/apim/privateEndpointConnections/${name}`;

/** Decisions as the app records them, under a policy that approved westeurope. */
const entry = (index: number, location: string, more: object = {}) => ({
  id: `service-${String(index).padStart(12, "0")}`,
  kind: "decision",
  at: "2026-11-24T12:00:00.000Z",
  connection: connectionNamed(`c${index}`),
  verdict: location === "westeurope" ? { kind: "approve", rule: "near" } : { kind: "hold" },
  facts: {
    known: {
      ...Object.fromEntries(fields.map(({ name }) => [name, null])),
      "endpoint.location": location,
      "endpoint.tags": { owner: 'a "quoted" } { [ \\ text' },
    },
    unknown: {},
  },
  ...more,
});
const entries = [
  entry(1, "westeurope"),
  entry(2, "eastus"),
  entry(3, "eastus"),
  { id: "service-000000000004", kind: "outcome", connection: "c3", phase: "Held" },
  entry(5, "northeurope\u001b[31m"),
  entry(6, "eastus", { facts: { known: {}, unknown: {} } }),
];
const jsonl = entries.map((each) => `${JSON.stringify(each)}\n`).join("");

beforeEach(() => {
  write("same.yaml", policyText("westeurope"));
  write("policy.yaml", policyText("eastus"));
  write("decisions.jsonl", jsonl);
  write("decisions.json", JSON.stringify(entries, null, 2));
});

interface Printed {
  readonly decisions: number;
  readonly groups: readonly object[];
}

describe("replay", () => {
  it("groups what would have been decided otherwise, with the facts that make the difference", async () => {
    const { code, out, err } = await drawbridge("replay decisions.jsonl --policy policy.yaml");
    expect({ code, err }).toEqual({ code: 1, err: "policy: policy.yaml; parameters: none given\n" });
    expect(out.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
      ["COUNT", "BEFORE", "AFTER", "RULE BEFORE", "RULE AFTER", "FACTS", "CONNECTIONS"],
      [
        "2",
        "hold",
        "approve",
        "-",
        "near",
        'endpoint.location equals "eastus" is true ("eastus")',
        "apim/c2 apim/c3",
      ],
      [
        "1",
        "approve",
        "hold",
        "near",
        "-",
        'endpoint.location equals "eastus" is false ("westeurope")',
        "apim/c1",
      ],
      [""],
      ["5 decisions: 1 would be the same, 3 otherwise, 1 cannot be replayed"],
      ["", "1: the record lacks endpoint.location"],
      [""],
    ]);
  });

  it("finds no difference under the policy that decided, and exits with 0", async () => {
    const { code, out } = await drawbridge("replay decisions.jsonl --policy same.yaml");
    expect({ code, out }).toEqual({
      code: 0,
      out: "5 decisions: 4 would be the same, 0 otherwise, 1 cannot be replayed\n  1: the record lacks endpoint.location\n",
    });
  });

  it("reads a JSON array as an export in lines, whatever its texts contain", async () => {
    const [lines, list] = [
      await drawbridge("replay decisions.jsonl --policy policy.yaml --format json"),
      await drawbridge("replay decisions.json --policy policy.yaml --format json"),
    ];
    expect(list).toEqual(lines);
    const found = JSON.parse(list.out) as Printed;
    expect(found).toMatchObject({
      decisions: 5,
      same: 1,
      otherwise: 3,
      cannotBeReplayed: [{ reason: "the record lacks endpoint.location", count: 1 }],
    });
    expect(found.groups[0]).toMatchObject({
      count: 2,
      examples: ["service-000000000002", "service-000000000003"],
      connections: [connectionNamed("c2"), connectionNamed("c3")],
      before: { kind: "hold" },
      after: { kind: "approve", rule: "near" },
    });
  });

  it("adds up several exports, larger than what is read at once", async () => {
    write("large.jsonl", jsonl.repeat(1_500));
    const { out } = await drawbridge("replay large.jsonl decisions.json --policy policy.yaml --format json");
    expect(JSON.parse(out)).toMatchObject({ decisions: 7_505, otherwise: 4_503 });
  });

  it("is complete as CSV: whole ids, and a row for what cannot be replayed", async () => {
    write("large.jsonl", jsonl.repeat(1_500));
    const { out } = await drawbridge("replay large.jsonl --policy policy.yaml --format csv");
    const lines = out.trimEnd().split("\r\n");
    expect(lines).toHaveLength(4);
    expect(lines[0]).toBe("count,before,after,rule before,rule after,facts,connections,examples");
    expect(lines[1]).toContain(`${connectionNamed("c2")} ${connectionNamed("c3")}`);
    expect(lines[3]).toBe("1500,,cannot be replayed,,,the record lacks endpoint.location,,");
    const counts = lines.slice(1).map((line) => Number(line.split(",")[0]));
    expect(counts).toEqual([3_000, 1_500, 1_500]);
  });

  it("names at most five connections of a group, however many there are", async () => {
    const many = Array.from({ length: 40 }, (_, index) => entry(10 + index, "eastus"));
    write("many.jsonl", many.map((each) => `${JSON.stringify(each)}\n`).join(""));
    const { out } = await drawbridge("replay many.jsonl --policy policy.yaml --format json");
    const [group] = (JSON.parse(out) as { groups: { count: number; connections: string[] }[] }).groups;
    expect(group).toMatchObject({
      count: 40,
      connections: ["c10", "c11", "c12", "c13", "c14"].map(connectionNamed),
    });
    const table = await drawbridge("replay many.jsonl --policy policy.yaml");
    expect(table.out).toContain("  apim/c10 apim/c11 apim/c12 apim/c13 apim/c14 and at most 35 more\n");
  });

  it("reads a blob whose address is signed without another credential, and prints no signature", async () => {
    const asked: (string | undefined)[] = [];
    const storage = createServer(({ url, headers }, response) => {
      asked.push(url, headers.authorization);
      response.writeHead(403, { "x-ms-error-code": "AuthenticationFailed" }).end();
    });
    await new Promise<void>((resolve) => storage.listen(0, "127.0.0.1", resolve));
    const address = `http://127.0.0.1:${(storage.address() as AddressInfo).port}/decisions/a.jsonl`;
    const { code, err } = await drawbridge(`replay ${address}?sv=2024-11-04&sig=SECRET --policy policy.yaml`);
    storage.close();
    expect({ code, asked }).toEqual({
      code: 2,
      asked: [expect.stringMatching(/^\/decisions\/a\.jsonl\?.*sig=SECRET/), undefined],
    });
    expect(err).toContain(`${address}: cannot be read (AuthenticationFailed)`);
    expect(err).not.toContain("SECRET");
  });

  it("asks the running app without a path, with the filter", async () => {
    const asked: string[] = [];
    const app = createServer((request, response) => {
      asked.push(request.url ?? "");
      const isFirst = asked.length === 1;
      response.end(
        JSON.stringify({
          decisions: isFirst ? entries.slice(0, 2) : entries.slice(2),
          ...(isFirst ? { continuation: "x" } : {}),
        }),
      );
    });
    await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(app.address() as AddressInfo).port}`;
    const { out } = await drawbridge(
      "replay --policy policy.yaml --last 7d --service apim-orders --format json",
      {
        DRAWBRIDGE_URL: url,
      },
    );
    app.close();
    expect(JSON.parse(out)).toMatchObject({ decisions: 5, otherwise: 3 });
    expect(asked[0]).toContain("last=7d");
    expect(asked[0]).toContain("service=apim-orders");
    expect(asked[0]).toContain("kind=decision");
    expect(asked).toHaveLength(2);
  });

  it("replays the policy of the app on its decisions, unless another is named", async () => {
    const files = [{ file: "policy.yaml", text: policyText("eastus") }];
    const answer = JSON.stringify({
      decisions: entries,
      name: "running",
      files,
      parameters: null,
      values: {},
    });
    const app = createServer((_, response) => response.end(answer));
    await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve));
    const at = { DRAWBRIDGE_URL: `http://127.0.0.1:${(app.address() as AddressInfo).port}` };
    const [own, named, recorded] = [
      await drawbridge("replay", at),
      await drawbridge("replay", { ...at, DRAWBRIDGE_POLICY: "same.yaml" }),
      await drawbridge("replay decisions.jsonl --policy app", at),
    ];
    app.close();
    expect(own.err).toBe('policy: "running" of the app; parameters: none given\n');
    expect(own.code).toBe(1);
    expect(named).toMatchObject({ code: 0, err: "policy: same.yaml; parameters: none given\n" });
    expect(recorded).toEqual(own);
  });

  it.each([
    [
      "a file that is not there",
      "replay none.jsonl --policy policy.yaml",
      /none\.jsonl: there is no such file or folder/,
    ],
    [
      "a line that is no entry",
      "replay torn.jsonl --policy policy.yaml",
      /torn\.jsonl: this is not an entry of a chain: \{"id":"x/,
    ],
    [
      "an export without decisions",
      "replay empty.jsonl --policy policy.yaml",
      /there is no recorded decision to replay/,
    ],
    [
      "a filter for a file",
      "replay decisions.jsonl --from 2026-11-01T00:00:00Z",
      /--last, --from, --to and --service are for the running app/,
    ],
    ["a policy that does not load", "replay decisions.jsonl --policy bad.yaml", /bad\.yaml does not load/],
    [
      "a copied policy without its parameters, saying how to give them",
      "replay decisions.jsonl --policy copied.yaml",
      /"zones" has no value; .*--parameters .*'\{"zones": \["\.\.\."\]\}'/,
    ],
    [
      "a folder of several policies, naming them",
      "replay decisions.jsonl --policy policies",
      /policies was read as one policy, .* name one of them: --policy policies\/one, policies\/two/,
    ],
  ])("exits with 2 for %s", async (_, args, message) => {
    write("torn.jsonl", `${jsonl}{"id":"x`);
    write("empty.jsonl", "\n");
    write("bad.yaml", "name: p\nrules: 1\n");
    write("copied.yaml", "name: p\nparameters: { zones: { type: Array } }\nrules: []\n");
    write("policies/one/policy.yaml", policyText("eastus"));
    write("policies/two/policy.yaml", policyText("eastus"));
    const { code, out, err } = await drawbridge(args);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(message);
  });
});
