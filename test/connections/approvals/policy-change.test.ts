import { randomUUID } from "node:crypto";
import { BlobServiceClient, type ContainerClient } from "@azure/storage-blob";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { reportPolicy } from "../../../src/lib/alerts/policy-alerts.ts";
import { policyBlobs } from "../../../src/lib/azure/policy-blobs.ts";
import { minuteMs } from "../../../src/lib/clock.ts";
import { policyFrom } from "../../../src/lib/config/load-policy.ts";
import { watchPolicy } from "../../../src/lib/config/watch-policy.ts";
import { review } from "../../../src/lib/connections/review/review.ts";
import { sweep } from "../../../src/lib/connections/sweep/sweep.ts";
import type { LoadedPolicy } from "../../../src/lib/policy/loaded-policy.ts";
import { subscriptions } from "../../../simulator/estate/estate.ts";
import { startWorkbench, type Workbench } from "../../workbench.ts";

/**
 * Changes of policy, parameters or mode, after which held connections are reviewed again. policy-alerts.test.ts has the
 * alerts.
 */

let workbench: Workbench;
beforeEach(async () => {
  workbench = await startWorkbench();
  await workbench.calm();
});
afterEach(() => workbench.stop());

describe("a held connection", () => {
  const heldFor = async (before: Workbench) => {
    const id = await workbench.ask();
    await before.review(id);
    expect(await workbench.services.ledger.find(id)).toMatchObject({ phase: "Held" });
    expect((await before.sweep()).due).toEqual([]);
    return id;
  };

  it.each<[string, Parameters<Workbench["under"]>[0]]>([
    ["the parameters", { landingZones: [] }],
    ["the policy", { policy: "policies/none" }],
    ["the mode", { mode: "observe" }],
  ])("is reviewed again by the next sweep when %s change", async (_, changes) => {
    const id = await heldFor(workbench.under(changes));
    workbench.pass(minuteMs);
    await workbench.follow(await workbench.sweep());
    expect(workbench.onAzure(id).status).toBe("Approved");
  });
});

describe("a hold that does not depend on unknown facts", () => {
  const holding = (name: string): Promise<LoadedPolicy> => {
    const text = `name: ${name}\nrules:\n  - { name: ${name} rule, if: { field: service.name, exists: true }, then: { effect: hold } }\n`;
    return Promise.resolve(
      policyFrom([{ file: "policy.yaml", text }], { policyParameters: {}, mode: "enforce" }),
    );
  };

  it("is decided again under another policy while a fact that neither uses is unknown", async () => {
    const id = await workbench.ask();
    const answer = { status: 400, body: { error: { code: "BadRequest", message: "not now" } } };
    const does = { kind: "answer", answer } as const;
    workbench.simulator.faults.add({ method: "GET", path: "/virtualnetworks/", times: 100, does });
    for (const name of ["one", "two", "two"]) {
      workbench.pass(minuteMs);
      const request = {
        id,
        cause: "event",
        actor: "test",
        requestedAt: workbench.services.clock.now(),
      } as const;
      await review({ ...workbench.services, policy: () => holding(name) }, request);
    }
    const { items } = await workbench.services.ledger.entries({ connection: id.text }, { top: 10 });
    expect(items.map((entry) => entry.kind === "decision" && entry.verdict.rule)).toEqual([
      "one rule",
      "two rule",
    ]);
    expect(await workbench.services.ledger.find(id)).toMatchObject({
      phase: "Held",
      rule: "two rule",
      decisionId: items[1]?.id,
      reason: expect.stringContaining("two rule"),
    });
    expect(workbench.alerts.map(({ type }) => type)).toEqual([
      "Drawbridge.ConnectionHeld",
      "Drawbridge.ConnectionHeld",
    ]);
  });
});

describe("a policy in a blob", () => {
  let container: ContainerClient;
  let time: Date;
  beforeEach(async () => {
    const storage = BlobServiceClient.fromConnectionString(inject("storage"));
    container = storage.getContainerClient(`policies-${randomUUID()}`);
    await container.create();
    time = new Date("2026-11-24T08:00:00Z");
  });

  const settings = { policyParameters: {}, mode: "enforce" as const };
  const put = (name: string, text: string) =>
    container.getBlockBlobClient(name).upload(text, Buffer.byteLength(text));
  const policyText = (name: string, subnet = "x") =>
    `name: ${name}\nrules:\n  - { name: ${name} rule, if: { field: endpoint.subnet.name, equals: ${subnet} }, then: { effect: hold } }\n`;
  const watched = (url = `${container.url}/policy.yaml`) => {
    const [name = "", key = ""] = ["AccountName", "AccountKey"].map(
      (part) => new RegExp(`${part}=([^;]+)`).exec(inject("storage"))?.[1],
    );
    return watchPolicy(policyBlobs(url, { name, key }), settings, { now: () => time });
  };
  const withParameters = (url: string) => {
    const [name = "", key = ""] = ["AccountName", "AccountKey"].map(
      (part) => new RegExp(`${part}=([^;]+)`).exec(inject("storage"))?.[1],
    );
    return watchPolicy(policyBlobs(url, { name, key }, "parameters/prod.yaml"), settings, {
      now: () => time,
    });
  };
  const pass = (ms: number) => {
    time = new Date(time.getTime() + ms);
  };

  it("is in force, and a change of it is detected within a minute", async () => {
    await put("policy.yaml", policyText("first"));
    const policy = watched();
    const first = await policy();
    expect(first).toMatchObject({ kind: "valid", name: "first" });
    await put("policy.yaml", policyText("second"));
    pass(59_000);
    expect(await policy()).toBe(first);
    pass(1_000);
    expect(await policy()).toMatchObject({ kind: "valid", name: "second" });
    pass(minuteMs);
    const same = await policy();
    expect(same).toBe(await policy());
  });

  it.each(["", "/policy.yaml"])(
    "has its parameters in a file beside it, read together with it (%s)",
    async (path) => {
      const text = policyText("first", `"[parameters('subnet')]"`);
      await put("policy.yaml", `parameters: { subnet: { type: String } }\n${text}`);
      await put("parameters/test.yaml", "subnet: 7\n");
      const policy = withParameters(`${container.url}${path}`);
      expect(await policy()).toMatchObject({
        kind: "invalid",
        problems: [expect.stringContaining("there is no blob parameters/prod.yaml beside the policy")],
      });
      await put("parameters/prod.yaml", "subnet: a\n");
      pass(minuteMs);
      const first = await policy();
      expect(first).toMatchObject({ kind: "valid", name: "first" });
      await put("parameters/prod.yaml", "subnet: b\n");
      pass(minuteMs);
      const second = await policy();
      expect(second.kind === "valid" && second.outline()["value of subnet"]).toBe("b");
      expect(second.hash).not.toBe(first.hash);
      await put("parameters/prod.yaml", "subnets: b\n");
      pass(minuteMs);
      expect(await policy()).toMatchObject({
        kind: "invalid",
        problems: expect.arrayContaining([
          expect.stringMatching(/^parameters\/prod\.yaml:1:10: a value is given/),
        ]),
      });
    },
  );

  it("that does not load holds everything, and names the problems, until it loads", async () => {
    await put("policy.yaml", policyText("first"));
    const policy = watched();
    await policy();
    await put("policy.yaml", "name: second\nrules: 7\n");
    pass(minuteMs);
    expect(await policy()).toMatchObject({
      kind: "invalid",
      problems: [expect.stringMatching(/^policy\.yaml:2:\d+: /)],
    });
    await put("policy.yaml", policyText("third"));
    pass(minuteMs);
    expect(await policy()).toMatchObject({ kind: "valid", name: "third" });
  });

  it("is the set of a container's files at one moment", async () => {
    await put("b.yaml", policyText("b"));
    await put("a.yaml", policyText("a"));
    await put("notes.txt", "not a policy");
    const policy = watched(container.url);
    expect(await policy()).toMatchObject({ kind: "valid", name: "a + b" });
    await container.deleteBlob("a.yaml");
    pass(minuteMs);
    expect(await policy()).toMatchObject({ kind: "valid", name: "b" });
  });

  it("that was deleted or never existed is invalid", async () => {
    await put("policy.yaml", policyText("first"));
    const policy = watched();
    await policy();
    await container.deleteBlob("policy.yaml");
    pass(minuteMs);
    const gone = await policy();
    expect(gone).toMatchObject({ kind: "invalid", problems: [expect.stringContaining("(not-found)")] });
    expect("unread" in gone).toBe(false);
    expect(await watched(container.url)()).toMatchObject({
      kind: "invalid",
      problems: [expect.stringContaining("there is no policy file")],
    });
  });

  it("that is too large is reported as such", async () => {
    await put("policy.yaml", "#".repeat(1024 * 1024 + 1));
    expect(await watched()()).toMatchObject({
      kind: "invalid",
      problems: ["the blob policy.yaml is larger than 1 MiB"],
    });
  });

  it("that is a container of too many files is reported as such without reading them", async () => {
    await Promise.all(Array.from({ length: 101 }, (_, index) => put(`${index}.yaml`, "x")));
    expect(await watched(container.url)()).toMatchObject({
      kind: "invalid",
      problems: ["the container holds more than 100 policy files"],
    });
  });

  it("that cannot be read for a moment holds nothing, and changes no hold", async () => {
    const url = "http://127.0.0.1:9/account/policies/policy.yaml";
    const unread = watched(url);
    const id = await workbench.ask();
    const other = await workbench.ask({ token: "partner", subscriptionId: subscriptions.partner });
    await workbench.review(other);
    const services = { ...workbench.services, policy: unread };
    const request = {
      id,
      cause: "event",
      actor: "test",
      requestedAt: workbench.services.clock.now(),
    } as const;
    expect(await review(services, request)).toMatchObject({
      verdict: "hold",
      phase: "Seen",
      applied: false,
      unknown: [{ field: "policy", reason: "failed" }],
    });
    expect(workbench.puts()).toBe(0);
    expect((await sweep(services, 5 * minuteMs)).due.map(({ text }) => text)).toEqual([]);
    await reportPolicy(services);
    await workbench.follow({ due: [], services: 0, unread: [] });
    expect(workbench.alerts.map(({ type }) => type)).toEqual(["Drawbridge.ConnectionHeld"]);
    pass(6 * minuteMs);
    expect("unread" in (await unread())).toBe(false);
    await reportPolicy(services);
    await workbench.follow({ due: [], services: 0, unread: [] });
    expect(workbench.alerts.map(({ type }) => type)).toContain("Drawbridge.PolicyInvalid");
    workbench.pass(minuteMs);
    expect(await workbench.review(id)).toMatchObject({ applied: true });
  });
});
