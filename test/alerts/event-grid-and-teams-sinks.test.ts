import { createRequire } from "node:module";
import type * as adaptivecards from "adaptivecards";
import { describe, expect, it } from "vitest";
import { eventGridSink } from "../../src/lib/alerts/sinks/event-grid.ts";
import { anywhere } from "../../src/lib/alerts/sinks/reach.ts";
import { adaptiveCard } from "../../src/lib/alerts/sinks/teams.ts";
import { hostileTexts } from "../hostile-texts.ts";
import { held, ok, receiver } from "./receiver.ts";

const receive = receiver();

describe("a topic's event", () => {
  it("has the topic's key, in the schema of CloudEvents", async () => {
    const { url, received } = await receive(ok);
    const sent = held("please");
    await eventGridSink({ endpoint: url, key: "topic-key-secret" }, anywhere).send(sent);
    expect(received[0]?.headers["aeg-sas-key"]).toBe("topic-key-secret");
    expect(received[0]?.headers["content-type"]).toContain("application/cloudevents-batch+json");
    expect(JSON.parse(received[0]?.body ?? "")).toMatchObject([
      {
        specversion: "1.0",
        id: sent.id,
        type: sent.type,
        subject: sent.subject,
        data: { severity: "warning" },
      },
    ]);
  });
});

/** Microsoft's renderer, which validates cards. Only its bundle runs outside a browser. */
const { AdaptiveCard, SerializationContext, Version } = createRequire(import.meta.url)(
  "adaptivecards/dist/adaptivecards.js",
) as typeof adaptivecards;

function problemsOf(card: object): string[] {
  const context = new SerializationContext(new Version(1, 5));
  const parsed = new AdaptiveCard();
  parsed.parse(card, context);
  const events = Array.from(
    { length: context.eventCount },
    (_, index) => context.getEventAt(index)?.message ?? "",
  );
  return [...events, ...parsed.validateProperties().validationEvents.map(({ message }) => message)];
}

describe("an Adaptive Card", () => {
  it("is valid for any text in the alert", () => {
    for (const text of hostileTexts) expect(problemsOf(adaptiveCard(held(text, { name: text })))).toEqual([]);
    expect(problemsOf({ type: "AdaptiveCard", version: "1.5", body: [{ type: "TextBlok" }] })).not.toEqual(
      [],
    );
  });

  it("shows texts of requesters in text runs, without styles or links", () => {
    const { body } = adaptiveCard(held("[approve](https://evil.example)", { message: "**x**" }));
    const blocks = body.filter(({ type }) => type === "TextBlock");
    expect(JSON.stringify(blocks)).not.toContain("evil");
    expect(JSON.stringify(body)).toContain('"type":"TextRun","text":"[approve](https://evil.example)"');
  });

  it("fits into a message, however long the alert is", () => {
    const much = Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => [`n${index}`, "x".repeat(5_000)]),
    );
    expect(JSON.stringify(adaptiveCard(held("x".repeat(10_000), much))).length).toBeLessThan(28 * 1_024);
  });
});
