import type { FactValue } from "./fact.ts";
import { foldText } from "./fold-text.ts";
import { scalarText } from "./scalar.ts";

/** `*` matches any characters. The parts between the stars are searched in order, so the time is linear. */
export function like(operand: FactValue): (value: FactValue) => boolean {
  const [first = "", ...rest] = (scalarText(operand) ?? "").split("*");
  const last = rest.at(-1);
  const between = rest.slice(0, -1);
  return (value) => {
    const text = scalarText(value);
    if (text === undefined) return false;
    if (last === undefined) return text === first;
    if (!text.startsWith(first) || !text.endsWith(last)) return false;
    let from = first.length;
    for (const part of between) {
      const found = text.indexOf(part, from);
      if (found < 0) return false;
      from = found + part.length;
    }
    return from <= text.length - last.length;
  };
}

/** A pattern of the same length as the text: `#` a digit, `?` a letter, `.` any character, others literal. */
export function match(operand: FactValue, insensitive: boolean): (value: FactValue) => boolean {
  const pattern = Array.from(scalarText(operand) ?? "");
  const same = insensitive ? foldText : (symbol: string) => symbol;
  return (value) => {
    const whole = scalarText(value);
    const text = Array.from(whole ?? "");
    if (whole === undefined || text.length !== pattern.length) return false;
    return pattern.every((symbol, index) => fits(symbol, text[index] ?? "", same));
  };
}

function fits(symbol: string, character: string, same: (text: string) => string): boolean {
  if (symbol === ".") return true;
  if (symbol === "#") return /^\d$/.test(character);
  if (symbol === "?") return /^\p{L}$/u.test(character);
  return same(symbol) === same(character);
}
