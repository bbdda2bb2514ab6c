import { describe, expect, it } from "vitest";
import { printTable } from "./rows.ts";

describe("a table", () => {
  const columns = ["name", "rule", "reason"];
  const reason = "the rule cannot be decided, since the subnet of the endpoint cannot be read by the app";
  const rows = [
    { name: "apim-orders/pe-one", rule: "landing zones", reason },
    { name: "pe-two", reason: "no rule applies" },
  ];

  it("is as wide as its cells where no terminal shows it, and where it fits into one", () => {
    const whole = `NAME                RULE           REASON
apim-orders/pe-one  landing zones  ${reason}
pe-two              -              no rule applies
`;
    expect(printTable(rows, columns)).toBe(whole);
    expect(printTable(rows, columns, 35 + reason.length)).toBe(whole);
    const short = [{ name: "apim-orders/pe-one", reason: "held" }];
    expect(printTable(short, columns, 32)).toBe(printTable(short, columns));
  });

  it("wraps its last column in a narrower terminal, and nothing else", () => {
    expect(printTable(rows, columns, 79)).toBe(`NAME                RULE           REASON
apim-orders/pe-one  landing zones  the rule cannot be decided, since the subnet
                                   of the endpoint cannot be read by the app
pe-two              -              no rule applies
`);
  });

  it("has its last column below the row where there is little room beside it", () => {
    expect(printTable(rows, columns, 74)).toBe(`NAME                RULE
    REASON
apim-orders/pe-one  landing zones
    the rule cannot be decided, since the subnet of the endpoint cannot be
    read by the app
pe-two              -
    no rule applies
`);
  });

  it("keeps a word whole that is longer than the terminal is wide", () => {
    const [id, text] = ["x".repeat(90), "it is held"];
    expect(printTable([{ name: "a", reason: `${text} ${id}` }], ["name", "reason"], 50)).toBe(
      `NAME  REASON\na     ${text}\n      ${id}\n`,
    );
  });
});
