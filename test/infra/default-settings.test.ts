import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../../local/child-process.ts";
import { readConfig } from "../../src/lib/config/read-config.ts";
import { defaultSchedules } from "../../src/lib/config/read-schedules.ts";

const read = (path: string) => readFileSync(join(root, path), "utf8");

interface Setting {
  readonly name: string;
  readonly default?: string;
}

const { settings } = JSON.parse(read("infra/settings.json")) as { readonly settings: readonly Setting[] };
const defaults = settings.flatMap(({ name, default: value }) =>
  value === undefined || name === "DRAWBRIDGE_INSTANCES" ? [] : [[name, value] as const],
);

describe("the defaults", () => {
  it("of the list of settings are those of the app", () => {
    const needed = {
      DRAWBRIDGE_SCOPE_SUBSCRIPTIONS: "11111111-1111-4111-8111-111111111111",
      DrawbridgeState: "UseDevelopmentStorage=true",
      // Days are kept only where there is an archive.
      DRAWBRIDGE_ARCHIVE: "https://account.blob.core.windows.net/archive",
    };
    expect(defaults.map(([name]) => name)).toContain("DRAWBRIDGE_SWEEP_SCHEDULE");
    expect(readConfig({ ...needed, ...Object.fromEntries(defaults) })).toEqual(readConfig(needed));
    expect(Object.fromEntries(defaults)).toMatchObject({
      DRAWBRIDGE_SWEEP_SCHEDULE: defaultSchedules.sweep,
      DRAWBRIDGE_ADDRESS_SCHEDULE: defaultSchedules.address,
    });
  });

  it("are what the sample of a laptop's settings has", () => {
    const { Values } = JSON.parse(read("local.settings.sample.json")) as {
      readonly Values: Readonly<Record<string, string>>;
    };
    const sampled = defaults.filter(([name]) => name in Values);
    expect(sampled.length).toBeGreaterThan(3);
    expect(sampled.map(([name]) => [name, Values[name]])).toEqual(sampled);
  });

  it.each(defaults)("of %s is the one that the document has", (name, value) => {
    const guide = read("docs/operations.md");
    const [item = ""] = guide.slice(guide.indexOf(`\`${name}\``)).split(/\n- `D/);
    // `off` (default); (default 365); (1 to 1000, default 5)
    const written = /\((?:[^()]*, )?default `?([^`),]+)|`([^`]+)` \(default\)/;
    const [, after, before] = written.exec(item) ?? [];
    expect(after ?? before).toBe(value);
  });

  it("of the sweep's schedule is the one that the alert rule assumes", () => {
    const [, assumed] =
      /empty\(settings\.\?DRAWBRIDGE_SWEEP_SCHEDULE\) \? '([^']+)'/.exec(read("infra/app/main.bicep")) ?? [];
    expect(assumed).toBe(defaultSchedules.sweep);
  });
});
