import fc from "fast-check";
import {
  exactTime,
  groupOf,
  nameOf,
  relativeTime,
  textsAndTimes,
  valueText,
} from "../../dashboard/format.ts";
import { linkTo, parseRoute } from "../../dashboard/route.ts";
import { matches } from "../../dashboard/search.ts";
import { visible } from "../../dashboard/visible.ts";
import { target, texts, type Target } from "./target.ts";

/**
 * Code points that would reorder or hide the texts beside them, from the charts of Unicode. The page names them by
 * their categories: a list of its own does not lack what the page lacks.
 */
const active: readonly (readonly [first: number, last: number])[] = [
  // Controls, C0 and C1.
  [0x0000, 0x001f],
  [0x007f, 0x009f],
  // Controls of the direction: marks, embeddings and overrides, isolates, and those that are deprecated.
  [0x061c, 0x061c],
  [0x200e, 0x200f],
  [0x202a, 0x202e],
  [0x2066, 0x206f],
  // Separators of lines and paragraphs.
  [0x2028, 0x2029],
  // What has no width: soft hyphen, Mongolian separator, spaces and joiners, invisible operators, the byte order mark.
  [0x00ad, 0x00ad],
  [0x180e, 0x180e],
  [0x200b, 0x200d],
  [0x2060, 0x2064],
  [0xfeff, 0xfeff],
  // Signs that enclose the digits or letters after them: Arabic, Syriac, Kaithi.
  [0x0600, 0x0605],
  [0x06dd, 0x06dd],
  [0x070f, 0x070f],
  [0x0890, 0x0891],
  [0x08e2, 0x08e2],
  [0x110bd, 0x110bd],
  [0x110cd, 0x110cd],
  // Layout of annotations, hieroglyphs, shorthand and musical notes.
  [0xfff9, 0xfffb],
  [0x13430, 0x1343f],
  [0x1bca0, 0x1bca3],
  [0x1d173, 0x1d17a],
  // Tags.
  [0xe0001, 0xe0001],
  [0xe0020, 0xe007f],
  // Halves of a surrogate pair, private use, and what is no character.
  [0xd800, 0xdfff],
  [0xe000, 0xf8ff],
  [0xffff, 0xffff],
  [0xf0000, 0xffffd],
  [0x100000, 0x10fffd],
];

const isActive = (text: string) =>
  Array.from(text, (each) => each.codePointAt(0) ?? 0).some((code) =>
    active.some(([first, last]) => first <= code && code <= last),
  );

/** Each end of each range, and what stands beside it, which may be harmless. */
const edges = active
  .flatMap(([first, last]) => [first - 1, first, last, last + 1])
  .filter((code) => code >= 0)
  .map((code) => String.fromCodePoint(code));

/** The dashboard's own handling of texts that others chose; `test/dashboard` shows them in a browser. */
export const pageTargets: Readonly<Record<string, Target>> = {
  /** Nothing that is shown steers or hides, and nothing visible is lost. */
  shown: target(fc.oneof(texts, fc.constant(edges.join(" ")), fc.constantFrom(...edges)), (text) => {
    const shown = visible(text);
    const parts = textsAndTimes(text).map(({ part }) => part);
    [valueText({ [text]: text }), nameOf(text), groupOf(text), exactTime(text), relativeTime(text, 0)].map(
      visible,
    );
    return !isActive(shown) && parts.join("") === text && (isActive(text) || shown === text);
  }),
  /** A link leads to what it names, inside the page. */
  links: target(fc.tuple(texts, texts, texts), ([id, name, value]) => {
    const link = linkTo("connection", id, { [name]: value });
    const route = parseRoute(link);
    return (
      link.startsWith("#/connection") &&
      route.view === "connection" &&
      route.id === id.toWellFormed() &&
      (route.query.get(name.toWellFormed()) ?? "") === value.toWellFormed()
    );
  }),
  /** Whatever stands behind the address's hash, and whatever is searched for, is read. */
  places: target(fc.tuple(texts, texts), ([hash, search]) => {
    const { view, id } = parseRoute(`#${hash}`);
    return typeof view === "string" && typeof id === "string" && matches(search, search);
  }),
};
