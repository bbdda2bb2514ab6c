import type { ComponentChildren } from "preact";
import { addresses, estate } from "../api/data.ts";
import { useFeed, type FeedState } from "../api/feed.ts";
import { nameOf } from "../format.ts";
import { View } from "../parts/layout.tsx";
import { Empty, Shown } from "../parts/states.tsx";
import { ArmId } from "../parts/text.tsx";
import { linkTo } from "../route.ts";
import { AddressView } from "./address.tsx";
import { ConnectionView } from "./connection.tsx";

/** A connection by its ARM id or its whole name, `service/connection`, as the API and the command line take it. */
export function ConnectionViewByName({ id }: { readonly id: string }) {
  if (isArmId(id)) return <ConnectionView id={id} />;
  return <ConnectionOfName name={id} />;
}

/** A service or a public IP address by its ARM id or its name. */
export function AddressViewByName({ id }: { readonly id: string }) {
  if (isArmId(id)) return <AddressView id={id} />;
  return <AddressOfName name={id} />;
}

const isArmId = (id: string) => id.startsWith("/");

function ConnectionOfName({ name }: { readonly name: string }) {
  const known = useFeed(estate);
  return (
    <Resolved
      name={name}
      known={known}
      what="connection"
      candidatesOf={({ connections }) =>
        connections.filter((each) => isSame(`${nameOf(each.service)}/${each.name}`, name)).map(({ id }) => id)
      }
    >
      {(id) => <ConnectionView id={id} />}
    </Resolved>
  );
}

function AddressOfName({ name }: { readonly name: string }) {
  const known = useFeed(addresses);
  return (
    <Resolved
      name={name}
      known={known}
      what="address"
      candidatesOf={({ sets, unobserved }) => [
        ...new Set(
          [...sets, ...unobserved].map(({ resource }) => resource).filter((id) => isSame(nameOf(id), name)),
        ),
      ]}
    >
      {(id) => <AddressView id={id} />}
    </Resolved>
  );
}

const isSame = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

interface ResolvedProps<T> {
  readonly name: string;
  readonly known: FeedState<T>;
  readonly what: "connection" | "address";
  readonly candidatesOf: (value: T) => readonly string[];
  readonly children: (id: string) => ComponentChildren;
}

/** The one thing that has a name. Where several have it, the reader chooses; a name of nothing is said to be one. */
function Resolved<T>({ name, known, what, candidatesOf, children }: ResolvedProps<T>) {
  const ids = known.value === undefined ? [] : candidatesOf(known.value);
  const [only] = ids;
  if (only !== undefined && ids.length === 1) return <>{children(only)}</>;
  const resource = what === "address" ? "service or public IP address" : "connection";
  return (
    <View title={name === "" ? `No ${resource} is named` : name}>
      <Shown known={known} what={`the ${what}`}>
        {() =>
          ids.length === 0 ? (
            <Empty title={`No known ${resource} has this name`}>
              {what === "connection"
                ? "A connection is named by its service and its name, as in apim-orders/pe-payments, or by its ARM id."
                : "It is named by its name or its ARM id."}
            </Empty>
          ) : (
            <ul class="lines card">
              {ids.map((id) => (
                <li key={id}>
                  <a href={linkTo(what, id)}>
                    <ArmId id={id} />
                  </a>
                </li>
              ))}
            </ul>
          )
        }
      </Shown>
    </View>
  );
}
