import type { Summary } from "./api/data.ts";

/** What the phases of a connection mean, in the order in which it passes them. */
export const phaseMeanings: Readonly<Record<Summary["phase"], string>> = {
  Seen: "found, and not reviewed yet",
  Decided: "the verdict is recorded, and is applied next",
  Applying: "the verdict is sent to Azure, which takes minutes",
  Applied: "Azure shows the decided state, Approved or Rejected",
  Held: "stays Pending until a person, another mode or changed facts resolve it",
  Failed: "the review failed, or Azure refused the decision; an alert says why",
  Adopted: "reached its state before the app saw it, and is left as it was found",
  Overridden: "somebody decided on Azure, and that stands",
  Revoked: "the approval was taken back, because the policy rejects it now",
  Gone: "does not exist on Azure any more",
};
