import { sha256 } from "./hash.ts";

/**
 * Hash of what decides: the policy's files, the values of its parameters, and the mode. It is the only hash of a policy
 * that is shown or recorded, so that a decision, the health and an alert can be compared. A change of it triggers a
 * review of what is held.
 */
export function deciderHash({ hash }: { readonly hash: string }, mode: string): string {
  return sha256(`${hash}\n${mode}`);
}
