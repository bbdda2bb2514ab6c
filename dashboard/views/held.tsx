import { estate, held, type Summary } from "../api/data.ts";
import { useFeed } from "../api/feed.ts";
import { View } from "../parts/layout.tsx";
import { Shown } from "../parts/states.tsx";
import { filterOf } from "../filters.ts";
import { linkTo, type Route } from "../route.ts";
import { BeforeFirstSweep } from "./before-first-sweep.tsx";
import { HeldList } from "./held-list.tsx";
import { WaitingList } from "./waiting-list.tsx";

/**
 * Held connections: those that need a person, and apart from them those that wait for a change window, the mode or a
 * breaker.
 */
export function HeldView({ route }: { readonly route: Route }) {
  const known = useFeed(held);
  const knownEstate = useFeed(estate);
  const wait = filterOf(route, "wait") || "person";
  const breaker = wait === "breaker" ? filterOf(route, "breaker") : "";
  const waiting = (knownEstate.value?.connections ?? []).filter(
    (each) => each.waitsFor === wait && (breaker === "" || each.breaker === breaker),
  );
  const count = (why: Summary["waitsFor"]) =>
    knownEstate.value?.connections.filter(({ waitsFor }) => waitsFor === why).length;
  const tabs = [
    ["person", "Need a person"],
    ["window", "Wait for a window"],
    ["mode", "Wait for the mode"],
    ["breaker", "Wait for a breaker"],
  ] as const;
  return (
    <View
      title="Held"
      lead="Requests that stay Pending on Azure until a person or a change of the facts settles them."
    >
      <nav class="tabs" aria-label="What held connections wait for">
        {tabs.map(([key, name]) => (
          <a
            key={key}
            href={linkTo("held", "", key === "person" ? {} : { wait: key })}
            aria-current={wait === key ? "page" : undefined}
          >
            {name} <Count of={count(key)} />
          </a>
        ))}
      </nav>
      <BeforeFirstSweep what="requests" />
      {wait === "person" ? (
        <Shown known={known} what="the held connections">
          {(found) => <HeldList held={found} route={route} />}
        </Shown>
      ) : (
        <Shown known={knownEstate} what="the connections">
          {() => (
            <>
              {breaker === "" ? null : (
                <p>
                  <a href={linkTo("held", "", { wait })}>Show what waits for either breaker</a>
                </p>
              )}
              <WaitingList waiting={waiting} wait={wait} />
            </>
          )}
        </Shown>
      )}
    </View>
  );
}

/** Without a number until the connections are read. */
function Count({ of }: { readonly of: number | undefined }) {
  if (of === undefined) return null;
  return <span class={of === 0 ? "count none" : "count"}>{of.toLocaleString("en")}</span>;
}
