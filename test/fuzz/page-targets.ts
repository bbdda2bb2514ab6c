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

/** What would reorder or hide the texts beside it. */
const active = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}\uffff]/u;

/** The dashboard's own handling of texts that others chose; `test/dashboard` shows them in a browser. */
export const pageTargets: Readonly<Record<string, Target>> = {
  /** Nothing that is shown steers or hides, and nothing visible is lost. */
  shown: target(texts, (text) => {
    const shown = visible(text);
    const parts = textsAndTimes(text).map(({ part }) => part);
    [valueText({ [text]: text }), nameOf(text), groupOf(text), exactTime(text), relativeTime(text, 0)].map(
      visible,
    );
    return !active.test(shown) && parts.join("") === text && (active.test(text) || shown === text);
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
