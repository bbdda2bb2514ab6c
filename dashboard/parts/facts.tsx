import type { Entry } from "../api/data.ts";
import { valueText } from "../format.ts";
import { requesterChosen } from "../requester-chosen.ts";
import { Foreign } from "./text.tsx";
import { UnknownFact } from "./unknown-fact.tsx";

/** Where each group of facts is read. */
const sources: Readonly<Record<string, string>> = {
  connection: "the connection, from Azure",
  endpoint: "the endpoint, its subnet and virtual network, from Azure",
  requester: "the requester's subscription, from Azure",
  service: "the service, from Azure",
  counts: "the connections of the service, counted",
  time: "the clock of the app",
};

/** The facts of a decision with their source, and those that could not be read with the reason. */
export function FactTable({ entry }: { readonly entry: Entry }) {
  const { facts } = entry;
  if (facts === undefined) return <p class="muted">This entry holds no facts.</p>;
  const known = Object.entries(facts.known);
  const unknown = Object.entries(facts.unknown);
  const groups = Object.groupBy([...known, ...unknown], ([field]) => field.split(".")[0] ?? "");
  return (
    <>
      {Object.entries(groups).map(([group, fields = []]) => (
        <section key={group} class="facts">
          <h3>
            {group} <small class="muted">{sources[group] ?? ""}</small>
          </h3>
          <dl class="properties">
            {fields.map(([field, value]) => (
              <div key={field}>
                <dt>
                  <code>
                    <Foreign text={field} />
                  </code>
                  {requesterChosen.has(field) ? <small class="muted"> chosen by the requester</small> : null}
                </dt>
                <dd>
                  {field in facts.unknown ? (
                    <UnknownFact of={{ reason: String(value), ...settling(field, entry) }} />
                  ) : (
                    <Foreign text={valueText(value)} />
                  )}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </>
  );
}

/** What the verdict says of an unknown fact, or of a part of it, that would settle it. */
function settling(field: string, { verdict }: Entry) {
  const isOf = (name: string) =>
    name === field || name.startsWith(`${field}[`) || name.startsWith(`${field}.`);
  return verdict?.unknown.find((each) => isOf(each.field));
}
