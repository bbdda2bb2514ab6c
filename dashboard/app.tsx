import { useContext, useEffect, useState } from "preact/hooks";
import { DialogOutlet } from "./actions/dialog.tsx";
import { hasKey, onKeyRefused } from "./api/client.ts";
import { access, estate } from "./api/data.ts";
import { refreshAll, useStaleness, useFeed } from "./api/feed.ts";
import { exactTime, Now, relativeTime, useTicking } from "./format.ts";
import { View } from "./parts/layout.tsx";
import { Empty, Guard } from "./parts/states.tsx";
import { Foreign } from "./parts/text.tsx";
import { linkTo, type Route } from "./route.ts";
import { SignIn } from "./sign-in.tsx";
import { useRoute } from "./use-route.ts";
import { AddressesView } from "./views/addresses.tsx";
import { AlertsView, AlertView } from "./views/alerts.tsx";
import { ConnectionsView } from "./views/connections.tsx";
import { DecisionsView, DecisionView } from "./views/decisions.tsx";
import { AddressViewByName, ConnectionViewByName } from "./views/view-by-name.tsx";
import { UnknownFilters } from "./parts/unknown-filters.tsx";
import { HeldView } from "./views/held.tsx";
import { OverviewView } from "./views/overview.tsx";
import { SearchView } from "./views/search.tsx";
import { ServicesView } from "./views/services.tsx";
import { visible } from "./visible.ts";

const places = [
  ["", "Overview"],
  ["held", "Held"],
  ["connections", "Connections"],
  ["services", "Services"],
  ["decisions", "Decisions"],
  ["addresses", "Addresses"],
  ["alerts", "Alerts"],
] as const;

/** The page: asks for the key first, then shows the view that the address names. */
export function App({ signInUrl }: { readonly signInUrl: string | undefined }) {
  const [isSignedIn, setSignedIn] = useState(hasKey());
  const [isRefused, setRefused] = useState(false);
  const now = useTicking();
  useEffect(
    () =>
      onKeyRefused(() => {
        setRefused(true);
        setSignedIn(false);
      }),
    [],
  );
  if (!isSignedIn)
    return (
      <SignIn
        signInUrl={signInUrl}
        wasRefused={isRefused}
        onSignedIn={() => {
          setRefused(false);
          setSignedIn(true);
        }}
      />
    );
  return (
    <Now.Provider value={now}>
      <DialogOutlet>
        <Shell />
      </DialogOutlet>
    </Now.Provider>
  );
}

function Shell() {
  const route = useRoute();
  const place = `${route.view}/${route.id}`;
  useEffect(() => {
    scrollTo(0, 0);
    // A new view is announced and read from its heading, as a new page would be. The first letter of a search opens its
    // view, and the next ones are still to be typed.
    if (document.activeElement?.matches("input.search") !== true)
      document.querySelector<HTMLElement>("main h1")?.focus({ preventScroll: true });
  }, [place]);
  const query = route.query.toString();
  useEffect(() => {
    // On a narrow screen, the views and the tabs of one scroll sideways.
    for (const current of document.querySelectorAll("nav [aria-current]"))
      current.scrollIntoView({ block: "nearest", inline: "center" });
  }, [place, query]);
  return (
    <>
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          document.querySelector<HTMLElement>("main h1")?.focus();
        }}
      >
        Skip to the content
      </a>
      <TopBar route={route} />
      <StalenessNotice />
      <main id="main" key={place}>
        <Guard>
          <UnknownFilters route={route} />
          <ViewOf route={route} />
        </Guard>
      </main>
    </>
  );
}

function TopBar({ route }: { readonly route: Route }) {
  const { value } = useFeed(access);
  const held = useFeed(estate).value?.connections.filter(({ waitsFor }) => waitsFor === "person").length ?? 0;
  return (
    <header class="top">
      <a class="brand" href={linkTo("")}>
        <Mark /> Drawbridge
      </a>
      <nav aria-label="Views">
        {places.map(([view, name]) => (
          <a key={view} href={linkTo(view)} aria-current={placeOf(route.view) === view ? "page" : undefined}>
            {name} {view === "held" && held > 0 ? <HeldCount of={held} /> : null}
          </a>
        ))}
      </nav>
      <Search route={route} />
      <span class="session">
        <Caller name={value?.caller} />
        <button type="button" class="leave" onClick={() => location.reload()}>
          Forget the key
        </button>
      </span>
    </header>
  );
}

/** Who is signed in. A long name is cut, and shown whole by pointing at it. */
function Caller({ name }: { readonly name: string | null | undefined }) {
  if (name === undefined) return <span class="caller" />;
  return (
    <span class="caller muted" title={name === null ? undefined : visible(name)}>
      {name === null ? "with a key" : <Foreign text={name} />}
    </span>
  );
}

/** What needs a person: what else is held is counted in the view. */
function HeldCount({ of }: { readonly of: number }) {
  return (
    <span class="count" title={`${of.toLocaleString("en")} need a person`}>
      {of.toLocaleString("en")}
      <span class="visually-hidden"> need a person</span>
    </span>
  );
}

/** The view of the navigation that a view belongs to. */
function placeOf(view: string): string {
  return (
    { connection: "connections", decision: "decisions", address: "addresses", alert: "alerts" }[view] ?? view
  );
}

function Mark() {
  return (
    <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
      <path
        d="M2 20h20M4 20V6h4v14M16 20V6h4v14M8 11q4-5 8 0"
        fill="none"
        stroke="currentColor"
        stroke-width="2"
      />
    </svg>
  );
}

function Search({ route }: { readonly route: Route }) {
  const text = route.view === "search" ? (route.query.get("q") ?? "") : "";
  return (
    <input
      class="search"
      type="search"
      aria-label="Search everything"
      placeholder="Search everything"
      value={text}
      onInput={(event) => {
        const link = linkTo("search", "", { q: event.currentTarget.value });
        // Typing is one step of the history, not one for each letter.
        if (route.view === "search") history.replaceState(null, "", link);
        else history.pushState(null, "", link);
        dispatchEvent(new Event("hashchange"));
      }}
    />
  );
}

/** Says plainly when what is shown is not current, and why. */
function StalenessNotice() {
  const now = useContext(Now);
  const stale = useStaleness(now);
  return (
    <div role="status" class="staleness">
      {stale === undefined ? null : (
        <div class="notice warn">
          <strong>
            <Foreign text={stale.problem?.message ?? "The data is old."} />
          </strong>{" "}
          {stale.readAt === undefined
            ? ""
            : `What is shown was read ${relativeTime(stale.readAt, now)} (${exactTime(stale.readAt)}).`}{" "}
          {stale.problem?.kind === "refused" ? "" : "The page tries again by itself."}{" "}
          <button type="button" onClick={refreshAll}>
            Try now
          </button>
        </div>
      )}
    </div>
  );
}

function ViewOf({ route }: { readonly route: Route }) {
  switch (route.view) {
    case "":
      return <OverviewView />;
    case "held":
      return <HeldView route={route} />;
    case "connections":
      return <ConnectionsView route={route} />;
    case "connection":
      return <ConnectionViewByName id={route.id} />;
    case "services":
      return <ServicesView route={route} />;
    case "decisions":
      return <DecisionsView />;
    case "decision":
      return route.id === "" ? <DecisionsView /> : <DecisionView id={route.id} />;
    case "addresses":
      return <AddressesView route={route} />;
    case "address":
      return <AddressViewByName id={route.id} />;
    case "alerts":
      return <AlertsView route={route} />;
    case "alert":
      return <AlertView route={route} />;
    case "search":
      return <SearchView text={route.query.get("q") ?? ""} />;
    default:
      return (
        <View title="There is no such view">
          <Empty title="Nothing is here">The navigation above names what there is.</Empty>
        </View>
      );
  }
}
