import type { ComponentChildren } from "preact";
import {
  addresses,
  alerts,
  decisions,
  estate,
  type AddressSet,
  type Alert,
  type Entry,
  type Estate,
} from "../api/data.ts";
import { useFeed } from "../api/feed.ts";
import { nameOf, serviceOf } from "../format.ts";
import { AddressState, Phase, Severity } from "../parts/badge.tsx";
import { Card, View } from "../parts/layout.tsx";
import { Empty, Loading } from "../parts/states.tsx";
import { ConnectionLink, Foreign, OfService, Requester, Resource } from "../parts/text.tsx";
import { RequesterOf } from "../parts/requester.tsx";
import { linkTo } from "../route.ts";
import { isSearch, matches } from "../search.ts";
import { linkToAlert } from "./alert-link.ts";
import { EntryKind, sentenceOf } from "./entry-list.tsx";

const shownMax = 25;

type Lines = readonly (readonly [key: string, line: ComponentChildren])[];

interface Found {
  readonly title: string;
  readonly lines: Lines;
}

/** Everything that a text is found in: connections, services, addresses, recent decisions and alerts. */
export function SearchView({ text }: { readonly text: string }) {
  const { groups, isLoading, unread } = useFound(text);
  const found = groups.filter(({ lines }) => lines.length > 0);
  return (
    <View title={isSearch(text) ? `Search: ${text}` : "Search"}>
      {isLoading ? <Loading what="everything that is searched" /> : null}
      {unread.length === 0 ? null : (
        <p class="notice warn">Not searched, because it could not be read: {unread.join(", ")}.</p>
      )}
      {found.length === 0 && !isLoading && unread.length === 0 ? (
        <Empty title={isSearch(text) ? "Nothing found" : "Type what to search for"}>
          Connections, services and addresses are searched, and recent decisions with the requester's message
          and recent alerts.
        </Empty>
      ) : null}
      {found.map(({ title, lines }) => (
        <Card key={title} title={`${title} (${lines.length.toLocaleString("en")})`}>
          <ul class="lines">
            {lines.slice(0, shownMax).map(([key, line]) => (
              <li key={key}>{line}</li>
            ))}
          </ul>
          {lines.length > shownMax ? <p class="muted">The first {shownMax}. More words find fewer.</p> : null}
        </Card>
      ))}
    </View>
  );
}

interface Search {
  readonly groups: readonly Found[];
  readonly isLoading: boolean;
  /** What could not be read, and so was not searched. */
  readonly unread: readonly string[];
}

function useFound(text: string): Search {
  const [all, sets, entries, raised] = [
    useFeed(estate),
    useFeed(addresses),
    useFeed(decisions),
    useFeed(alerts),
  ];
  const feeds = [
    ["connections and services", all],
    ["addresses", sets],
    ["decisions", entries],
    ["alerts", raised],
  ] as const;
  const missing = feeds.filter(([, { value }]) => value === undefined);
  const state = {
    isLoading: missing.some(([, { problem }]) => problem === undefined),
    unread: missing.filter(([, { problem }]) => problem !== undefined).map(([name]) => name),
  };
  if (!isSearch(text)) return { groups: [], ...state };
  const groups = [
    { title: "Connections", lines: connectionLines(text, all.value?.connections ?? []) },
    { title: "Services", lines: serviceLines(text, all.value?.services ?? []) },
    { title: "Addresses", lines: addressLines(text, sets.value?.sets ?? []) },
    { title: "Decisions", lines: entryLines(text, entries.value ?? []) },
    { title: "Alerts", lines: alertLines(text, raised.value ?? []) },
  ];
  return { groups, ...state };
}

function connectionLines(text: string, connections: Estate["connections"]): Lines {
  return connections
    .filter((each) => matches(text, each.id, each.state, each.phase, each.verdict, each.rule, each.requester))
    .map(({ id, phase, state, requester }) => [
      id,
      <>
        <Phase phase={phase} state={state} /> <ConnectionLink id={id} /> <OfService connection={id} />{" "}
        <Requester subscription={requester} />
      </>,
    ]);
}

function serviceLines(text: string, services: Estate["services"]): Lines {
  return services
    .filter(({ service }) => matches(text, service))
    .map(({ service }) => [
      service,
      <a href={linkTo("connections", "", { service })}>
        <Resource id={service} />
      </a>,
    ]);
}

function addressLines(text: string, sets: readonly AddressSet[]): Lines {
  return sets
    .filter(({ resource, kind, location, current, baseline }) =>
      matches(text, resource, kind, location, ...current, ...baseline),
    )
    .map(({ resource, kind, location, state, current }) => [
      `${resource} ${kind} ${location}`,
      <>
        <AddressState state={state} />{" "}
        <a href={linkTo("address", resource)}>
          <Foreign text={nameOf(resource)} />{" "}
          <code>
            <Foreign text={current.join(", ")} />
          </code>
        </a>
      </>,
    ]);
}

function entryLines(text: string, entries: readonly Entry[]): Lines {
  return entries
    .filter((entry) =>
      matches(
        text,
        entry.id,
        entry.connection,
        entry.service,
        entry.actor,
        entry.kind,
        entry.message,
        sentenceOf(entry),
      ),
    )
    .map((entry) => [
      entry.id,
      <>
        <EntryKind entry={entry} />{" "}
        <a href={linkTo("decision", entry.id)}>
          <Foreign text={nameOf(entry.connection ?? entry.service ?? entry.id)} />
        </a>{" "}
        {entry.connection === undefined ? null : (
          <>
            <OfService connection={entry.connection} /> <RequesterOf connection={entry.connection} />
          </>
        )}
        {(entry.message ?? "") === "" ? null : (
          <small class="muted clamp">
            Message: <Foreign text={entry.message ?? ""} />
          </small>
        )}
      </>,
    ]);
}

/** The service of an alert about a connection, and who asks. */
function OfSubject({ of }: { readonly of: string }) {
  if (serviceOf(of) === of) return null;
  return (
    <>
      <OfService connection={of} /> <RequesterOf connection={of} />
    </>
  );
}

function alertLines(text: string, raised: readonly Alert[]): Lines {
  return raised
    .filter(({ id, type, subject }) => matches(text, id, type, subject))
    .map(({ id, type, severity, subject, time }) => [
      id,
      <>
        <Severity severity={severity} />{" "}
        <a href={linkToAlert({ id, time })}>
          {type.replace("Drawbridge.", "")} <Foreign text={nameOf(subject)} />
        </a>{" "}
        <OfSubject of={subject} />
      </>,
    ]);
}
