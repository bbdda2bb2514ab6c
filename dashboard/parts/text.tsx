import { useContext } from "preact/hooks";
import {
  elapsedTime,
  exactTime,
  groupOf,
  nameOf,
  Now,
  relativeTime,
  serviceOf,
  textsAndTimes,
} from "../format.ts";
import { linkTo } from "../route.ts";
import { visible } from "../visible.ts";

/** Text that somebody else chose: isolated, so that its direction does not change that of its surroundings. */
export function Foreign({ text }: { readonly text: string }) {
  return <bdi>{visible(text)}</bdi>;
}

/** What a requester wrote, line by line, as a quotation: it is no word of the page. */
export function Message({ text }: { readonly text: string | undefined }) {
  if (text === undefined || text.trim() === "") return <span class="muted">none</span>;
  return (
    <q class="message">
      {text.split(/\r\n|[\r\n]/).map((line, index) => (
        <span key={index}>
          {index === 0 ? null : <br />}
          <Foreign text={line} />
        </span>
      ))}
    </q>
  );
}

/** Whom a token named. The object id tells them from somebody who has the name later. */
export function Who({ name, objectId }: { readonly name: string; readonly objectId: string | undefined }) {
  return (
    <>
      <Foreign text={name} />
      {objectId === undefined ? null : <small class="muted"> object id {visible(objectId)}</small>}
    </>
  );
}

export function Time({ at }: { readonly at: string | undefined }) {
  const now = useContext(Now);
  if (at === undefined) return <span class="muted">never</span>;
  return (
    <time dateTime={at} title={exactTime(at)}>
      {relativeTime(at, now)}
    </time>
  );
}

/** How long something has been so. */
export function Since({ at }: { readonly at: string }) {
  return (
    <time dateTime={at} title={exactTime(at)}>
      {elapsedTime(at, useContext(Now))}
    </time>
  );
}

/** The name of a resource, with its group below it. */
export function Resource({ id }: { readonly id: string }) {
  return (
    <span class="stack">
      <Foreign text={nameOf(id)} />
      <small class="muted">
        <Foreign text={groupOf(id)} />
      </small>
    </span>
  );
}

export function ConnectionLink({ id }: { readonly id: string }) {
  return (
    <a href={linkTo("connection", id)}>
      <Foreign text={nameOf(id)} />
    </a>
  );
}

/** The service of a connection. Names of connections are unique only within it. */
export function OfService({ connection }: { readonly connection: string }) {
  return (
    <small class="muted">
      of <Foreign text={nameOf(serviceOf(connection))} />
    </small>
  );
}

/** A text of the app's, in which instants stand as ISO 8601: they are shown as everywhere on the page. */
export function Dated({ text }: { readonly text: string }) {
  return (
    <>
      {textsAndTimes(text).map(({ isTime, part }, index) =>
        isTime ? (
          <time key={index} dateTime={part}>
            {exactTime(part)}
          </time>
        ) : (
          <Foreign key={index} text={part} />
        ),
      )}
    </>
  );
}

/** The subscription that a request comes from. */
export function Requester({ subscription }: { readonly subscription: string | undefined }) {
  return (
    <small class="muted requester">
      {subscription === undefined ? (
        "from an unknown subscription"
      ) : (
        <Foreign text={`from ${subscription}`} />
      )}
    </small>
  );
}

/** An ARM id in full, which can be selected whole with one click. */
export function ArmId({ id }: { readonly id: string }) {
  return (
    <code class="arm-id">
      <Foreign text={id} />
    </code>
  );
}
