import type { Estate } from "../api/data.ts";
import { Badge } from "../parts/badge.tsx";
import { Card } from "../parts/layout.tsx";
import { ConnectionLink, OfService, Requester, Time } from "../parts/text.tsx";
import { linkTo } from "../route.ts";

const endingsShown = 6;

/** Approvals that are to be revoked, and those that end: the next ones. */
export function Endings({ estate: { connections } }: { readonly estate: Estate }) {
  const endings = connections
    .flatMap(({ id, endsAt, revokesAt, requester }) => {
      const at = revokesAt ?? endsAt;
      return at === undefined ? [] : [{ id, at, requester, isRevoked: revokesAt !== undefined }];
    })
    .toSorted(
      (one, other) => Number(other.isRevoked) - Number(one.isRevoked) || (one.at < other.at ? -1 : 1),
    );
  if (endings.length === 0) return null;
  const links = [
    ["term", "All that end"],
    ["revocation", "All to be revoked"],
  ] as const;
  return (
    <Card
      title={`Approvals that end (${endings.length.toLocaleString("en")})`}
      more={
        <span class="links">
          {links.map(([end, name]) => (
            <a key={end} href={linkTo("connections", "", { end })}>
              {name}
            </a>
          ))}
        </span>
      }
    >
      <ul class="lines">
        {endings.slice(0, endingsShown).map(({ id, at, requester, isRevoked }) => (
          <li key={id}>
            <span class="line-head">
              <span>
                <Badge tone={isRevoked ? "bad" : "info"} text={isRevoked ? "to be revoked" : "term"} />{" "}
                <ConnectionLink id={id} /> <OfService connection={id} />
              </span>
              <Time at={at} />
            </span>
            <Requester subscription={requester} />
          </li>
        ))}
      </ul>
    </Card>
  );
}
