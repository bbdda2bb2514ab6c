import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { probeStack } from "../../test/probe-stack.ts";

const { simulator, service, connection, folder, probe, fixtures } = probeStack();

const fixtureNames = () => readdirSync(join(folder(), "probe"));
const puts = () =>
  simulator().seen.filter(
    ({ method, path }) => method === "PUT" && path.includes("/privateEndpointConnections/"),
  ).length;
const states = () => [...service().connections.values()].map(({ status }) => status).toSorted();

describe("probe", () => {
  it("reads with --yes, says before each step what it does and after it what it found out, and where the fixtures are", async () => {
    const { code, out } = await probe(["--service", service().id, "--yes"]);
    expect(out).toMatch(
      /^\nservice\n {2}It reads \/subscriptions\/.*\n {2}GET 200, GET 200\n {2}Does .*\?\n {4}Yes: 2 of 2 in the same state\n/,
    );
    expect(out).toContain("ARM does?\n    Yes: 2 of 2 in the same state\n");
    expect(out).toContain("1 with 200, 1 with 401 InvalidAuthenticationTokenTenant\n");
    expect(out).toMatch(
      /approvalReference\)\?\n {4}could not find out: no endpoint that could be read did \(1\), /,
    );
    expect(out).toContain("\n7 of 8 questions are answered; 1 could not be found out\n");
    expect(out).toContain(`\nfixtures: ${join(folder(), "probe")} (service.json, inventory.json, `);
    expect(code).toBe(1);
    expect(fixtureNames().toSorted()).toEqual(
      ["endpoints", "inventory", "service", "service-tags"].map((name) => `${name}.json`).toSorted(),
    );
    expect(puts()).toBe(0);
  });

  it("prints the same as JSON, alone on stdout", async () => {
    const { out, err } = await probe(["--service", service().id, "--yes", "--format", "json"]);
    const report = JSON.parse(out) as { readonly steps: readonly { readonly step: string }[] };
    expect(report).toMatchObject({
      service: service().id,
      answered: 7,
      unanswered: 1,
      fixtures: join(folder(), "probe"),
    });
    expect(report.steps.find(({ step }) => step === "endpoints")).toEqual({
      step: "endpoints",
      calls: ["GET 200", "GET 401 InvalidAuthenticationTokenTenant", "GET 200"],
      fixture: join(folder(), "probe", "endpoints.json"),
      findings: [
        { question: expect.stringContaining("subscription?"), answer: expect.stringContaining("1 with 200") },
        { question: expect.stringContaining("tenant?"), answer: expect.stringContaining("for 1 of 2") },
        { question: expect.any(String), couldNotFindOut: expect.stringContaining("no endpoint") },
      ],
    });
    expect(err).toContain("\nservice\n  It reads ");
  });

  it("stops before the first step where the service does not exist, is not visible or may not be read", async () => {
    const absent = await probe(["--service", service().id.replace("apim-orders", "apim-none"), "--yes"]);
    expect(absent).toMatchObject({ code: 2, out: "" });
    expect(absent.err).toMatch(
      /^drawbridge probe: there is no service .*apim-none .*404 ResourceNotFound.*\n$/,
    );
    const invisible = await probe(["--service", service().id.replace("1111", "9999"), "--yes"]);
    expect(invisible).toMatchObject({ code: 2, out: "" });
    expect(invisible.err).toMatch(/is not visible to this account .*404 SubscriptionNotFound/);
    simulator().world.principals.get("simulated")?.assignments.splice(0);
    const forbidden = await probe(["--service", service().id, "--yes"]);
    expect(forbidden).toMatchObject({ code: 2, out: "" });
    expect(forbidden.err).toContain(
      "403 AuthorizationFailed; this needs the right Microsoft.ApiManagement/service/read",
    );
    simulator().faults.add({ path: "/", does: { kind: "reset", applied: false } });
    const unreached = await probe(["--service", service().id, "--yes"]);
    expect(unreached.err).toMatch(/Azure did not answer \(failed\); does the simulator run at/);
    expect(existsSync(join(folder(), "probe"))).toBe(false);
  });

  it("asks before each step without --yes, and leaves out what is refused", async () => {
    const { code, asked, out } = await probe(["--service", service().id], ["y", "no", "", "n"]);
    expect({ code, questions: asked.length }).toEqual({ code: 1, questions: 4 });
    expect(out.match(/left out: the answer was not "y"/g)).toHaveLength(3);
    expect(out).toContain("2 of 8 questions are answered; 6 could not be found out");
    expect(fixtures().map(({ step }) => step)).toEqual(["service"]);
  });

  it("says how to run it where nobody can be asked", async () => {
    const { code, out } = await probe(["--service", service().id]);
    expect(code).toBe(1);
    expect(out.match(/left out: nobody can be asked, .*--yes/g)).toHaveLength(4);
    expect(out).toContain("no fixtures were written");
    expect(existsSync(join(folder(), "probe"))).toBe(false);
  });

  it("approves only when that is written, whatever --yes says", async () => {
    const args = ["--service", service().id, "--yes", "--approve", connection()];
    for (const answer of ["y", "yes", ""]) expect((await probe(args, [answer])).code).toBe(1);
    const unasked = await probe(args);
    expect(unasked.out).toContain("left out: it changes something, so that a person must allow it");
    expect(puts()).toBe(0);
    const { out, asked } = await probe(args, ["approve"]);
    expect(asked).toHaveLength(1);
    expect(out).toContain(`APPROVES ${connection()}: `);
    expect(out).toMatch(/requested by .*\/pe-secret with the message "call 555 0100"/);
    expect(out).toContain("11 of 12 questions are answered");
    expect(states()).toEqual(["Approved", "Pending"]);
    expect(simulator().seen.filter(({ method }) => method === "DELETE")).toEqual([]);
  });

  it("asks nobody about a connection of another service, one that does not exist, is not Pending, or has an endpoint that Azure does not name", async () => {
    const approve = (id: string) => probe(["--service", service().id, "--yes", "--approve", id], ["approve"]);
    const elsewhere = await approve(connection().replace("apim-orders", "apim-payments"));
    expect(elsewhere.err).toContain("--approve must be the ARM id of a connection of the service");
    const absent = await approve(`${service().id}/privateEndpointConnections/pe-none`);
    expect(absent.err).toMatch(/there is no connection .*pe-none .*404 ResourceNotFound/);
    const [found] = [...service().connections.values()];
    if (found !== undefined) found.status = "Rejected";
    const rejected = await approve(found?.id ?? "");
    expect(rejected.err).toContain(
      "is Rejected; only a Pending connection can be approved. Nothing was done",
    );
    if (found !== undefined) Object.assign(found, { status: "Pending", endpointId: "" });
    const unnamed = await approve(found?.id ?? "");
    expect(unnamed.err).toMatch(/is of an endpoint that Azure does not name, .* Nothing was done/);
    for (const { code, out, asked } of [elsewhere, absent, rejected, unnamed])
      expect({ code, out, asked }).toEqual({ code: 2, out: "", asked: [] });
    expect(puts()).toBe(0);
  });

  it("refuses what is no service", async () => {
    expect(await probe(["--service", "x"])).toMatchObject({
      code: 2,
      err: expect.stringContaining("--service must be"),
    });
  });

  it("approves nothing where its record cannot be written", async () => {
    writeFileSync(join(folder(), "file"), "");
    const args = ["--service", service().id, "--approve", connection(), "--out", "file"];
    const { code, err } = await probe(args, ["n", "n", "n", "n", "approve"]);
    expect({ code, puts: puts() }).toEqual({ code: 2, puts: 0 });
    expect(err).toContain("cannot be written (EEXIST)");
  });

  it("prints no text of Azure's that could steer a terminal", async () => {
    const hostile = "\u001b[31m\u202e\n  Yes: everything";
    for (const each of service().connections.values()) each.description = hostile;
    service().properties = { ...service().properties, platformVersion: hostile };
    service().sku = { ...service().sku, name: hostile };
    simulator().faults.add({
      path: "/servicetags",
      times: 2,
      does: { kind: "answer", answer: { status: 403, body: { error: { code: hostile, message: hostile } } } },
    });
    const args = ["--service", service().id, "--yes", "--approve", connection()];
    for (const more of [[], ["--format", "json"]]) {
      const { out, err } = await probe([...args, ...more], ["no"]);
      const text = out + err;
      // Any control character but the end of a line, and any that reorders text.
      expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      expect(text).not.toMatch(/^ *Yes: everything/m);
      expect(text).toContain("Of tier (not a word)");
      expect(text).toContain("No: Azure answered 403 (not a word)");
    }
    expect(JSON.stringify(fixtures())).not.toContain("everything");
  });
});
