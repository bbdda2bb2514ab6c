import type { Policy } from "../language/policy.ts";
import type { Finding } from "./finding.ts";

/** What has expired counts as absent, which nobody sees who reads the file. */
export function expired({ rules, exemptions }: Pick<Policy, "rules" | "exemptions">, now: number): Finding[] {
  const named = [
    ...rules.map((each) => ({ ...each, what: "rule" })),
    ...exemptions.map((each) => ({ ...each, what: "exemption" })),
  ];
  return named.flatMap(({ what, name, expiresOn, at }): Finding[] => {
    if (expiresOn === undefined || now < expiresOn) return [];
    return [
      {
        severity: "warning",
        place: at,
        message: `${what} "${name}" expired at ${new Date(expiresOn).toISOString()} and counts as absent; take it out, or give it a later expiresOn`,
      },
    ];
  });
}
