import { breakerCause, breakerRemedy } from "../../src/lib/connections/breakers/breaker-texts.ts";
import { health, type Connection } from "../api/data.ts";
import { useFeed } from "../api/feed.ts";
import { Time } from "./text.tsx";

export type BreakerName = NonNullable<Connection["restrained"]>;

/** What a breaker is about, since when it is open, and when it closes at the earliest, as far as that is known. */
export function BreakerNotice({ name }: { readonly name: BreakerName }) {
  const { value, problem } = useFeed(health);
  const known = value?.stateUnread === null ? value.breakers : undefined;
  const since = known?.[name];
  const until = known?.[`${name}Until`];
  if (since === undefined)
    return (
      <>
        <strong>Held by the {name} breaker</strong>; whether that is still open is{" "}
        {value === undefined && problem === undefined ? "being read" : "not known: it could not be read"}.
      </>
    );
  if (since === null) return <>The {name} breaker closed again. What it held is reviewed next.</>;
  return (
    <>
      <strong>The {name} breaker</strong> opened <Time at={since} />
      {until === undefined || until === null ? null : (
        <>
          {" "}
          and closes <Time at={until} /> at the earliest
        </>
      )}
      : {breakerCause(name)}. {breakerRemedy(name)}.
      {name === "approvals" ? " What waits is applied then without another request." : ""}
    </>
  );
}
