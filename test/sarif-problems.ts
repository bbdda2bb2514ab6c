/** The part of a SARIF log that `drawbridge` writes. */
export interface SarifLog {
  readonly $schema: string;
  readonly version: string;
  readonly runs: readonly {
    readonly tool: {
      readonly driver: { readonly name: string; readonly rules: readonly { readonly id: string }[] };
    };
    readonly results: readonly Result[];
  }[];
}

interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly locations: readonly {
    readonly physicalLocation: {
      readonly artifactLocation: { readonly uri: string };
      readonly region: { readonly startLine: number; readonly startColumn: number };
    };
    readonly logicalLocations?: readonly object[];
  }[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
}

/** What in a log does not conform to SARIF 2.1.0, by its sections, or is refused by GitHub's code scanning. */
export function sarifProblems({ $schema, version, runs }: SarifLog): string[] {
  return [
    ...(version === "2.1.0" ? [] : ["3.13.2: the version is not 2.1.0"]),
    ...($schema.endsWith("sarif-2.1.0.json") ? [] : ["3.13.3: $schema is not that of 2.1.0"]),
    ...(runs.length === 1 ? [] : ["there is not exactly one run"]),
    ...runs.flatMap(({ tool: { driver }, results }) => {
      const ids = driver.rules.map(({ id }) => id);
      return [
        ...(driver.name === "" ? ["3.19.8: the tool has no name"] : []),
        ...(new Set(ids).size === ids.length ? [] : ["3.49.3: two rules have one id"]),
        ...results.flatMap((result) => resultProblems(result, ids)),
      ];
    }),
  ];
}

function resultProblems(
  { ruleId, ruleIndex, level, message, locations, partialFingerprints }: Result,
  ids: readonly string[],
) {
  const place = locations[0]?.physicalLocation;
  const uri = place?.artifactLocation.uri ?? "";
  const checks: readonly (readonly [boolean, string])[] = [
    [
      ruleId !== "" && ids[ruleIndex] === ruleId,
      "3.27.6: ruleIndex is not the index of the rule with ruleId",
    ],
    [["none", "note", "warning", "error"].includes(level), "3.27.10: the level is none of the four"],
    [message.text !== "", "3.11.8: the message is empty"],
    [locations.length > 0, "code scanning: there is no location"],
    [/^[\w.~!$&'()*+,;=:@%/-]+$/.test(uri) && !/%(?![0-9A-F]{2})/i.test(uri), "3.4.3: not a URI reference"],
    [!uri.startsWith("/"), "3.4.3: not relative, and no file URI"],
    [(place?.region.startLine ?? 0) >= 1, "3.30.5: startLine is not positive"],
    [(place?.region.startColumn ?? 0) >= 1, "3.30.6: startColumn is not positive"],
    [Object.keys(partialFingerprints).length > 0, "3.27.17: there is no fingerprint"],
  ];
  return checks.flatMap(([holds, problem]) => (holds ? [] : [problem]));
}
