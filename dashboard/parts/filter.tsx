import type { Route } from "../route.ts";
import { replaceQuery } from "../use-route.ts";

/** The text that a list is filtered by. It stands in the address, so that a link shows the same list. */
export function Filter({ route, hint }: { readonly route: Route; readonly hint: string }) {
  return (
    <label>
      Filter
      <input
        type="search"
        value={route.query.get("q") ?? ""}
        onInput={(event) => replaceQuery(route, { q: event.currentTarget.value })}
        placeholder={hint}
      />
    </label>
  );
}

interface ChoiceProps {
  readonly route: Route;
  /** The name of the value in the address. */
  readonly name: string;
  readonly title: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, text: string])[];
}

/** One of a few values that a list is filtered by, in the address like the text. */
export function Choice({ route, name, title, value, options }: ChoiceProps) {
  return (
    <label>
      {title}
      <select value={value} onChange={(event) => replaceQuery(route, { [name]: event.currentTarget.value })}>
        {options.map(([each, text]) => (
          <option key={each} value={each}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

/**
 * The values as options that show themselves, after one for any; the chosen one among them, though nothing has it now.
 */
export function optionsOf(values: readonly string[], chosen: string): ChoiceProps["options"] {
  const all = new Set([...values, ...(chosen === "" ? [] : [chosen])]);
  return [["", "any"], ...[...all].map((each) => [each, each] as const)];
}
