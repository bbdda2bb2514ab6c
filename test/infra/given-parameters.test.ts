import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { beforeAll, describe, expect, it } from "vitest";
import { root } from "../../local/child-process.ts";
import { findBicep } from "../../scripts/find-bicep.ts";
import { makeService, makeSystemTopic, smallEstate, subscriptions } from "../../simulator/estate/estate.ts";
import { startSimulator } from "../../simulator/server.ts";
import { runIn } from "../command-line.ts";
import { parametersSchema, type ArmType } from "./arm-types.ts";
import { startBicep } from "./bicep.ts";
import type { Template } from "./deployment.ts";
import { formSchema, parametersOf, untouched, type Form } from "./form.ts";

/** A parameter file of Azure. */
interface ParameterFile {
  readonly parameters: Readonly<Record<string, { readonly value: unknown }>>;
}

const read = (path: string) => JSON.parse(readFileSync(join(root, path), "utf8")) as unknown;
const form = read("infra/app/uiFormDefinition.json") as Form;
const program = findBicep();

/** Who gives parameters to a template gives those that it has, of its types and values. */
describe.skipIf(program === undefined)("the parameters", () => {
  const templates = new Map<string, Template>();
  beforeAll(async () => {
    const bicep = startBicep(program ?? "");
    for (const name of ["app", "events"]) {
      const { contents = "{}" } = await bicep.compile(join(root, "infra", name, "main.bicep"));
      templates.set(name, JSON.parse(contents) as Template);
    }
    bicep.stop();
  });

  /** What Azure would say to these parameters. */
  function problemsOf(name: string, given: unknown): string[] {
    const template = templates.get(name);
    const ajv = new Ajv({ allErrors: true, allowUnionTypes: true, strictRequired: false });
    const validate = ajv.compile(parametersSchema(template ?? {}));
    validate(given);
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    );
  }

  describe("of main.parameters.json", () => {
    /** A value as azd has it where nobody set a variable. */
    function withDefaults(value: unknown, type: ArmType | undefined): unknown {
      const replaced = JSON.parse(
        JSON.stringify(value).replaceAll(
          /\$\{\w+(?:=([^}]*))?\}/g,
          (_, or: string | undefined) => or ?? "given",
        ),
      ) as unknown;
      const isText = type?.type === "string" || type?.type === undefined || typeof replaced !== "string";
      return isText ? replaced : (JSON.parse(replaced) as unknown);
    }

    it.each(["app", "events"])("are those of infra/%s, also where nobody set a variable", (name) => {
      const { parameters } = read(`infra/${name}/main.parameters.json`) as ParameterFile;
      const given = Object.entries(parameters).map(([parameter, { value }]) => [
        parameter,
        withDefaults(value, templates.get(name)?.parameters?.[parameter]),
      ]);
      expect(problemsOf(name, Object.fromEntries(given))).toEqual([]);
    });
  });

  describe("of drawbridge events --format parameters", () => {
    const { platform, sandbox, landingZone } = subscriptions;

    /**
     * The file that the command writes for subscriptions with a topic, with a topic without identity, and with none.
     */
    async function written(): Promise<ParameterFile> {
      const world = smallEstate();
      for (const id of [sandbox, landingZone]) {
        const service = makeService(`apim-${id.slice(0, 4)}`, id);
        world.services.set(service.id.toLowerCase(), service);
        world.principals
          .get("simulated")
          ?.assignments.push({ scope: `/subscriptions/${id}`, actions: ["*/read"] });
      }
      const topic = { ...makeSystemTopic(sandbox), principalId: undefined };
      world.systemTopics.set(topic.id.toLowerCase(), topic);
      const simulator = await startSimulator(world);
      try {
        const args = [
          "events",
          "--subscriptions",
          [platform, sandbox, landingZone].join(),
          "--format",
          "parameters",
        ];
        const { out } = await runIn(root, args, { DRAWBRIDGE_ARM_ENDPOINT: simulator.url });
        return JSON.parse(out) as ParameterFile;
      } finally {
        await simulator.stop();
      }
    }

    it("are those of infra/events, whatever topic a subscription has", async () => {
      const { parameters } = await written();
      const values = Object.entries(parameters).map(([name, { value }]) => [name, value]);
      const given = Object.fromEntries(values) as Readonly<Record<string, readonly object[]>>;
      expect(given["subscriptions"]?.map((each) => Object.keys(each).length).toSorted()).toEqual([1, 3, 4]);
      // The outputs of infra/app are given beside the file.
      const outputs = { appId: "app", stateAccountId: "account" };
      expect(problemsOf("events", { ...outputs, ...given })).toEqual([]);
      expect(problemsOf("events", given).map((each) => each.split(" ").slice(1, 3).join(" "))).toEqual([
        "must have",
        "must have",
      ]);
    });
  });

  describe("of the portal's form", () => {
    const filledIn = {
      ...untouched(form),
      environmentName: "prod_weu",
      subscriptions: `${subscriptions.platform},${subscriptions.sandbox}`,
      managementGroups: "platform, sandbox",
      mode: "approve-only",
      policyContainer: true,
      alertEmails: "a@example.com,b@example.com",
      eventDelivery: "queue",
      stateSku: "Standard_LRS",
      stateLock: true,
    };

    it.each([
      ["that nobody changed", untouched(form)],
      ["that is filled in", filledIn],
    ])("are those of infra/app, in a form %s", (_, answers) => {
      expect(problemsOf("app", parametersOf(form, answers))).toEqual([]);
    });

    it("are what was filled in", () => {
      expect(parametersOf(form, filledIn)).toEqual({
        environmentName: "prod_weu",
        location: "westeurope",
        settings: {
          DRAWBRIDGE_MODE: "approve-only",
          DRAWBRIDGE_SCOPE_SUBSCRIPTIONS: filledIn.subscriptions,
          DRAWBRIDGE_SCOPE_MANAGEMENT_GROUPS: "platform, sandbox",
        },
        policyContainer: true,
        alertEmails: ["a@example.com", "b@example.com"],
        eventDelivery: "queue",
        stateSku: "Standard_LRS",
        stateLock: true,
      });
    });

    it("have the defaults of the template", () => {
      const given = parametersOf(form, untouched(form));
      const defaults = [
        "environmentName",
        "policyContainer",
        "alertEmails",
        "eventDelivery",
        "stateSku",
        "stateLock",
      ];
      for (const name of defaults)
        expect([name, given[name]]).toEqual([name, templates.get("app")?.parameters?.[name]?.defaultValue]);
    });

    it("offer every value that the template takes", () => {
      const elements = form.view.properties.steps.flatMap((step) => step.elements);
      const app = templates.get("app");
      const taken = {
        mode: app?.definitions?.["appSettings"]?.properties?.["DRAWBRIDGE_MODE"]?.allowedValues,
        eventDelivery: app?.parameters?.["eventDelivery"]?.allowedValues,
        stateSku: app?.parameters?.["stateSku"]?.allowedValues,
      };
      for (const [name, values = []] of Object.entries(taken)) {
        const offered = elements.find((each) => each.name === name)?.constraints?.allowedValues ?? [];
        expect(new Set(offered.map(({ value }) => value))).toEqual(
          new Set(values.filter((each) => each !== "")),
        );
      }
    });
  });

  it.each([
    ["a parameter that the template lacks", "app", { regions: [] }],
    ["a value that it does not take", "app", { stateSku: "Premium_LRS" }],
    ["a text for a list", "app", { alertEmails: "a@example.com" }],
    ["a setting that the type lacks", "app", { settings: { DRAWBRIDGE_MODES: "observe" } }],
    [
      "a property that the type lacks",
      "events",
      { appId: "a", stateAccountId: "b", subscriptions: [{ id: "c" }] },
    ],
  ])("are refused with %s", (_, name, given) => {
    expect(problemsOf(name, given)).not.toEqual([]);
  });
});

describe("the portal's form", () => {
  const isValid = new Ajv({ allErrors: true, strict: false }).compile(formSchema);

  it("has only what Microsoft's schema has", () => {
    isValid(form);
    expect(isValid.errors ?? []).toEqual([]);
  });

  it.each([
    ["a misspelt property", '"toolTip"', '"tooltip"'],
    ["an element of a type that is not there", "Microsoft.Common.DropDown", "Microsoft.Common.Dropdown"],
    ["another scope", '"kind":"Subscription"', '"kind":"Tenant"'],
  ])("is refused with %s", (_, right, wrong) => {
    const text = JSON.stringify(form);
    expect(text).toContain(right);
    expect(isValid(JSON.parse(text.replace(right, wrong)))).toBe(false);
  });

  it.each([
    ["an element that is not there", "steps('operation').stateSku", "steps('operation').sku"],
    ["a step that is not there", "steps('operation').stateSku", "steps('operations').stateSku"],
  ])("is refused where an output names %s", (_, right, wrong) => {
    const text = JSON.stringify(form);
    expect(text).toContain(right);
    const mistaken = JSON.parse(text.replace(right, wrong)) as Form;
    expect(() => parametersOf(mistaken, untouched(form))).toThrow("has no");
  });

  it.each([
    ["environmentName", ["drawbridge", "prod_eu.west", "a"], ["", "prod.", "_._", "x".repeat(25), "über"]],
    [
      "subscriptions",
      ["", subscriptions.platform, `${subscriptions.platform}, ${subscriptions.sandbox}`],
      ["prod", '","'],
    ],
    ["managementGroups", ["", "platform", "platform, sandbox"], ['","', "a b"]],
    [
      "alertEmails",
      ["", "a@example.com", "a@example.com,b@example.com"],
      ["a", "a@example.com, b@example.com"],
    ],
  ])("takes in %s what the template takes, and nothing that breaks out of the JSON", (name, right, wrong) => {
    const found = form.view.properties.steps
      .flatMap((step) => step.elements)
      .find((each) => each.name === name);
    const pattern = new RegExp(found?.constraints?.regex ?? "never");
    expect(right.filter((each) => !pattern.test(each))).toEqual([]);
    expect(wrong.filter((each) => pattern.test(each))).toEqual([]);
  });
});
