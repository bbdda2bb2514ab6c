import { describe, expect, it } from "vitest";
import { readAlerts } from "./read-alerts.ts";

const secret = "a-secret-of-the-webhook";

/** The problems of a setting that holds a URL. */
function problemsOf(name: string, value: string, more: Readonly<Record<string, string>> = {}): string[] {
  const problems: string[] = [];
  const values = { DRAWBRIDGE_ALERT_WEBHOOK_SECRET: secret, [`DRAWBRIDGE_ALERT_${name}`]: value, ...more };
  readAlerts(new Map(Object.entries(values)), new Map(), problems);
  return problems;
}

/** The URL tricks of SSRF collections, each for the host that must not be reached. */
const tricks = [
  "http://hooks.contoso.example/a",
  "ftp://hooks.contoso.example/a",
  "file:///etc/passwd",
  "gopher://127.0.0.1:25/x",
  "data:text/plain,x",
  "javascript:alert(1)",
  "//hooks.contoso.example/a",
  "hooks.contoso.example/a",
  "https://",
  "https://user@hooks.contoso.example/a",
  "https://user:password@hooks.contoso.example/a",
  "https://:password@hooks.contoso.example/a",
  "https://hooks.contoso.example:99999/a",
  "https://[::1/a",
  "https://exa mple/a",
  "http://localhost/a",
  "http://127.0.0.1/a",
  "",
];

describe("a webhook's URL", () => {
  it.each(tricks)("cannot be %j, which no problem repeats", (url) => {
    const problems = problemsOf("WEBHOOK_URL", url);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(
      /^DRAWBRIDGE_ALERT_WEBHOOK_URL must (be an https URL|not hold a name or a password)$/,
    );
  });

  it("may be http on this machine where a simulator stands for Azure, and only there", () => {
    const simulator = { DRAWBRIDGE_ARM_ENDPOINT: "http://127.0.0.1:1" };
    for (const url of ["http://127.0.0.1:7/a", "http://[::1]:7/a", "http://localhost:7/a"])
      expect(problemsOf("WEBHOOK_URL", url, simulator)).toEqual([]);
    for (const url of [
      "http://10.0.0.1/a",
      "http://127.0.0.1.evil.example/a",
      "http://localhost.evil.example/a",
    ])
      expect(problemsOf("WEBHOOK_URL", url, simulator)).toHaveLength(1);
  });

  it("needs a secret of at least 16 characters", () => {
    const short = { DRAWBRIDGE_ALERT_WEBHOOK_SECRET: "x".repeat(15) };
    expect(problemsOf("WEBHOOK_URL", "https://h.example/a", short)[0]).toContain("at least 16 characters");
    const enough = { DRAWBRIDGE_ALERT_WEBHOOK_SECRET: "x".repeat(16) };
    expect(problemsOf("WEBHOOK_URL", "https://h.example/a", enough)).toEqual([]);
  });
});

describe("the address of a topic or a workflow on another host", () => {
  it.each([
    ["TOPIC", "https://evil.example/api/events"],
    ["TOPIC", "https://eventgrid.azure.net/api/events"],
    ["TOPIC", "https://t.eventgrid.azure.net.evil.example/api/events"],
    ["TOPIC", "https://teventgrid.azure.net/api/events"],
    ["TOPIC", "https://evil.example/t.westeurope-1.eventgrid.azure.net"],
    ["TOPIC", "https://evil.example?.eventgrid.azure.net"],
    ["TOPIC", "https://evil.example#.eventgrid.azure.net"],
    ["TOPIC", "https://evil.example\\.eventgrid.azure.net"],
    ["TOPIC", "https://t.eventgrid.azure.net%2eevil.example"],
    ["TOPIC", "https://t.eventgrid.azure.net@evil.example/"],
    ["TOPIC", "https://169.254.169.254/metadata"],
    ["TEAMS_URL", "https://evil.example/workflows/x"],
    ["TEAMS_URL", "https://logic.azure.com/workflows/x"],
    ["TEAMS_URL", "https://prod-1.westeurope.logic.azure.com.evil.example/x"],
  ])("is refused: %s %s", (name, url) => {
    expect(problemsOf(name, url)).toHaveLength(1);
  });

  it.each([
    ["TOPIC", "https://t.westeurope-1.eventgrid.azure.net/api/events"],
    ["TOPIC", "https://T.WestEurope-1.EventGrid.Azure.NET/api/events"],
    ["TEAMS_URL", "https://prod-1.westeurope.logic.azure.com:443/workflows/x?sig=y"],
    ["TEAMS_URL", "https://default1.2.environment.api.powerplatform.com/powerautomate/x"],
  ])("is accepted on Azure's own: %s %s", (name, url) => {
    expect(problemsOf(name, url)).toEqual([]);
  });
});
