import { health } from "../api/data.ts";
import { useFeed } from "../api/feed.ts";

/**
 * Until a sweep has ended, a list of the estate has only what events and requests named, and an empty one is not
 * "none".
 */
export function BeforeFirstSweep({ what }: { readonly what: string }) {
  const { value } = useFeed(health);
  // Without the state's table, the last sweep is unknown, which the health says.
  if (value === undefined || value.stateUnread !== null || value.mode === "off") return null;
  if ((value.sweeps?.endedAt ?? null) !== null) return null;
  return (
    <p class="notice warn">
      No sweep has ended yet, so services of the scope may not have been read yet: there may be more {what}.
      Sweeps run every five minutes by default.
    </p>
  );
}
