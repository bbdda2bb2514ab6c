import type { Exemption } from "../language/policy.ts";
import type { Finding } from "./finding.ts";

/** Warns about an exemption that nobody would know when or whom to ask about. */
export function incompleteExemption({ name, owner, ticket, expiresOn, at }: Exemption): Finding[] {
  const missing = [
    owner === undefined ? "owner" : [],
    ticket === undefined ? "ticket" : [],
    expiresOn === undefined ? "expiresOn" : [],
  ].flat();
  if (missing.length === 0) return [];
  return [
    {
      severity: "warning",
      place: at,
      message: `exemption "${name}" has no ${missing.join(", no ")}; add them, so that it does not stay forever`,
    },
  ];
}
