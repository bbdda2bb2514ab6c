import fc from "fast-check";
import { anyText } from "../any-text.ts";
import { hostileTexts } from "../hostile-texts.ts";

/** What arrives from outside, and what must hold of it whatever it is; a function that throws does not hold. */
export interface Target {
  readonly inputs: fc.Arbitrary<unknown>;
  readonly holds: (input: never) => boolean | Promise<boolean>;
}

export function target<T>(inputs: fc.Arbitrary<T>, holds: (input: T) => boolean | Promise<boolean>): Target {
  return { inputs, holds };
}

/** The property that `fc.check` runs. */
export function propertyOf({ inputs, holds }: Target): fc.IAsyncPropertyWithHooks<[unknown]> {
  return fc.asyncProperty(inputs, async (input) => holds(input as never));
}

export const texts = fc.oneof(fc.constantFrom(...hostileTexts), anyText(60));

/** A text with pieces of another put in, and parts of it cut out. */
export const spoilt = (whole: string) =>
  fc
    .tuple(
      fc.nat({ max: whole.length }),
      fc.nat({ max: 8 }),
      fc.oneof(texts, fc.constantFrom("..", "%2e", "/", "\\")),
    )
    .map(([at, cut, put]) => whole.slice(0, at) + put + whole.slice(at + cut));

/** Characters that steer or hide. */
export const active = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u;
