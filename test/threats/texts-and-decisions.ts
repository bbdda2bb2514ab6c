import type { Threats } from "./mitigation.ts";

/** Texts that are shown, facts that are unknown or change, and the policy itself. */
export const textsAndDecisions: Threats = {
  T5: [
    {
      name: "control and bidi characters replaced, lengths capped",
      file: "src/lib/sanitize-text.ts",
      replace: ['text.replaceAll(unprintable, " ")', "text"],
      test: { file: "test/alerts/sinks.test.ts", title: "sends hostile texts as text only" },
    },
    {
      name: "the log escapes them, one line for each entry",
      file: "src/lib/json.ts",
      replace: [".replaceAll(active, escape)", ""],
      test: {
        file: "src/lib/log.test.ts",
        title: "writes one line of inert text, whatever a requester put into it",
      },
    },
    {
      name: "a card holds them in text runs",
      file: "src/lib/alerts/sinks/teams.ts",
      replace: [
        'return { type: "RichTextBlock", inlines: [run(text, style)] };',
        'return { type: "TextBlock", text, ...style };',
      ],
      test: {
        file: "test/alerts/event-grid-and-teams-sinks.test.ts",
        title: "shows texts of requesters in text runs, without styles or links",
      },
    },
    {
      name: "a cell of a spreadsheet is no formula",
      file: "src/cli/rows.ts",
      replace: ["formula.test(clean) ? `'${clean}` : clean", "clean"],
      test: { file: "src/cli/decisions.test.ts", title: "contain no formula in any cell of a spreadsheet" },
    },
  ],
  T6: [
    {
      name: "foreign is only what ARM calls so",
      file: "src/lib/azure/errors.ts",
      replace: ['status === 401 && code === "InvalidAuthenticationTokenTenant"', "status === 401"],
      test: { file: "src/lib/azure/errors.test.ts", title: "%i %s is unknown: %s" },
    },
    {
      name: "an endpoint that is not found may be anybody's",
      file: "src/lib/connections/facts/fact-sources.ts",
      replace: [
        'if (endpoint.kind === "known" || endpoint.reason === "forbidden")',
        'if (endpoint.kind === "known" || endpoint.reason === "forbidden" || endpoint.reason === "not-found")',
      ],
      test: {
        file: "test/connections/facts/facts.test.ts",
        title: "is unknown if the endpoint is %s, since it may be anybody's",
      },
    },
    {
      name: "an unknown fact neither approves nor rejects",
      file: "src/lib/policy/compile/decision-diagram.ts",
      replace: ["return value instanceof Unknown ? undefined : true;", "return true;"],
      test: { file: "test/connections/facts/facts.test.ts", title: "%s neither approves nor rejects" },
    },
    {
      name: "a default of reject needs every fact",
      file: "src/lib/policy/evaluate/judge.ts",
      replace: [
        'needed.some((slot) => facts[slot]?.kind === "unknown") ? unread : rejectedByDefault',
        "rejectedByDefault",
      ],
      test: {
        file: "src/lib/policy/evaluate/verdict.test.ts",
        title: "holds where a fact that a rule names is unknown",
      },
    },
  ],
  T7: [
    {
      name: "facts are read again before the PUT, and compared",
      file: "src/lib/connections/review/review.ts",
      replace: ['if (read.kind === "unknown" || !isUnchanged || ', 'if (read.kind === "unknown" || '],
      test: {
        file: "test/connections/approvals/changes-before-put.test.ts",
        title: "is decided again if the endpoint changes between decision and PUT",
      },
    },
    {
      name: "somebody else's state is reported",
      file: "src/lib/connections/review/external-change.ts",
      replace: ["alerts: [connectionOverridden(entry, reason)]", "alerts: []"],
      test: {
        file: "test/connections/approvals/review-end-to-end.test.ts",
        title: "who decide a held connection are recorded, and never overruled",
      },
    },
    {
      name: "an unclear PUT is read, and not repeated",
      file: "src/lib/connections/review/apply.ts",
      replace: [
        'case "unclear":\n      return verify(services, begun, seen);',
        'case "unclear":\n      return retryBehindOthers(services, writeEnded(begun), { kind: "busy", code: "" });',
      ],
      test: {
        file: "test/connections/approvals/approval-difficulties.test.ts",
        title: "whose answer is lost is read again and found applied",
      },
    },
    {
      name: "an approval belongs to its endpoint, not its name",
      file: "src/lib/connections/review/same-connection.ts",
      replace: [
        "return known !== undefined && current !== undefined && endpointOf(known) !== endpointOf(current);",
        "return false;",
      ],
      test: {
        file: "test/connections/approvals/reused-name.test.ts",
        title: "by a new request is decided for the new endpoint, not by the earlier decision",
      },
    },
  ],
  T8: [
    {
      name: "the policy's hash is in each decision",
      file: "src/lib/decider-hash.ts",
      replace: ["return sha256(`${hash}\\n${mode}`);", "return sha256(`${mode}`);"],
      test: {
        file: "test/connections/approvals/policy-change.test.ts",
        title: "is reviewed again by the next sweep when %s change",
      },
    },
    {
      name: "a change of the policy is reported",
      file: "src/lib/alerts/policy-alerts.ts",
      replace: ["return { value, alerts: [changed(hash, name, changes, now)] };", "return { value };"],
      test: {
        file: "test/connections/record/policy-alerts.test.ts",
        title: "is not raised for the first policy, and names the differences of the next",
      },
    },
    {
      name: "unknown keys are refused",
      file: "src/lib/policy/source/keys.ts",
      replace: ["else problems.add(keyAt, unexpectedKey(key, allowed));", ""],
      test: {
        file: "src/lib/policy/load.test.ts",
        title: "reports ten different mistakes in one go, each where it stands",
      },
    },
    {
      name: "a policy that does not load holds everything",
      file: "src/lib/connections/decide.ts",
      replace: [
        'kind: "hold",\n      reasons: [\n        policy.unread',
        'kind: "approve",\n      reasons: [\n        policy.unread',
      ],
      test: {
        file: "test/connections/approvals/review-end-to-end.test.ts",
        title: "holds everything until it loads again",
      },
    },
  ],
};
