import { expect, it } from "vitest";
import { alert } from "../alert.ts";
import { adaptiveCard } from "./teams.ts";

const cardOf = (subject: string, data: Readonly<Record<string, unknown>>) =>
  JSON.stringify(
    adaptiveCard(
      alert("Drawbridge.ConnectionHeld", subject, { version: "1", time: "2026-11-24T12:00:00Z", data }),
    ),
  );

it("a card has no empty text, which Teams does not show: a space stands for it", () => {
  const card = cardOf("", { reason: "", message: "", more: undefined });
  expect(card).not.toContain('"text":""');
  expect(card.match(/"text":" "/g)).toHaveLength(4);
});

it("a card without a reason has one line fewer", () => {
  const linesOf = (card: string) => card.split('"RichTextBlock"').length;
  expect(linesOf(cardOf("x", {}))).toBe(linesOf(cardOf("x", { reason: "why" })) - 1);
});
