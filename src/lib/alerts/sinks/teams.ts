import type { Alert } from "../alert.ts";
import { sanitizeText } from "../../sanitize-text.ts";
import { severityOf } from "../severity.ts";
import { DeliveryError, type Sink } from "../sink.ts";
import { post } from "./post.ts";
import type { Reach } from "./reach.ts";

export interface TeamsConfig {
  /** The URL of a workflow that posts what it receives ("Post to a channel when a webhook request is received"). */
  readonly url: string;
}

/** A message of Teams holds 28 KiB; a card is meant to be read. */
const factsMax = 12;
const factMax = 300;

/** Teams, by a workflow's webhook: an Adaptive Card. */
export function teamsSink({ url }: TeamsConfig, reach: Reach): Sink {
  return {
    name: "teams",
    send: async (alert) => {
      const body = JSON.stringify({
        type: "message",
        attachments: [
          {
            contentType: "application/vnd.microsoft.card.adaptive",
            contentUrl: null,
            content: adaptiveCard(alert),
          },
        ],
      });
      const answer = await post(
        new URL(url),
        body,
        { "content-type": "application/json; charset=utf-8" },
        reach,
      );
      // The retired connector webhooks answer 200 for a message that Teams did not accept, with the error in the text.
      if (/fail|error|exceed|throttl/i.test(answer.body))
        throw new DeliveryError("it answers 200 with an error in it");
    },
  };
}

const colours = { critical: "Attention", warning: "Warning", info: "Good" } as const;

/**
 * The card of an alert (Adaptive Cards 1.5, which Teams shows). Text that somebody else chose is in text runs, which
 * are shown as they are. The text of a TextBlock and of a fact is read as Markdown.
 */
export function adaptiveCard({ id, type, subject, time, data }: Alert) {
  const severity = severityOf[type];
  const { reason, ...facts } = data;
  return {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.5",
    msteams: { width: "Full" },
    body: [
      {
        type: "TextBlock",
        text: `${severity}: ${type.replace("Drawbridge.", "")}`,
        weight: "Bolder",
        size: "Medium",
        color: colours[severity],
        wrap: true,
      },
      textBlock(subject, { isSubtle: true }),
      ...(typeof reason === "string" ? [textBlock(reason)] : []),
      ...Object.entries(facts)
        .slice(0, factsMax)
        .map(([name, value]) => factOf(name, value)),
      textBlock(`${time}  ${id}`, { isSubtle: true, size: "Small" }),
    ],
  };
}

interface Style {
  readonly isSubtle?: boolean;
  readonly size?: "Small";
  readonly weight?: "Bolder";
}

function textBlock(text: string, style: Style = {}) {
  return { type: "RichTextBlock", inlines: [run(text, style)] };
}

function factOf(name: string, value: unknown) {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return {
    type: "RichTextBlock",
    spacing: "Small",
    inlines: [run(`${name}: `, { weight: "Bolder" }), run(text ?? "", {}, factMax)],
  };
}

function run(text: string, style: Style = {}, max = 1_000) {
  return { type: "TextRun", text: sanitizeText(text, max) || " ", ...style };
}
