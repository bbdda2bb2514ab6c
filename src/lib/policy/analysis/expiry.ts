import type { Policy } from "../language/policy.ts";
import type { Finding } from "./finding.ts";

/** Warns about expired rules and exemptions, which are ignored although they are still in the file. */
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
        message: `${what} "${name}" expired at ${new Date(expiresOn).toISOString()} and is ignored; remove it, or set a later expiresOn`,
      },
    ];
  });
}
