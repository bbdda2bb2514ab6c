import type { Threats } from "./mitigation.ts";

/** What an attacker could use up or reach: quotas, the API, other hosts, the processor. */
export const reachAndLoad: Threats = {
  T9: [
    {
      name: "a flood of requests holds everything, with one alert",
      file: "src/lib/connections/breakers/requests-breaker.ts",
      replace: ["if (found?.openSince === undefined) return undefined;", "return undefined;"],
      test: {
        file: "test/connections/limits/breakers.test.ts",
        title: "holds everything with one alert and few calls to Azure, and closes when the flood ends",
      },
    },
    {
      name: "events about one service cause twenty reviews a minute",
      file: "src/lib/connections/event-limiter.ts",
      replace: ["if (recent.length >= reviewsMax[kind]) return false;", ""],
      test: {
        file: "test/connections/events/repeated-events.test.ts",
        title:
          "a thousand events about a service cost twenty reviews a minute, and the sweep finds what they would have",
      },
    },
    {
      name: "the approvals breaker limits the approvals of an hour",
      file: "src/lib/connections/breakers/approvals-breaker.ts",
      replace: ["if (totalOf(minutes, now) < approvalsPerHour) {", "if (true) {"],
      test: {
        file: "test/connections/limits/breakers.test.ts",
        title: "holds the approvals above it with one alert, and approves them when the hour is over",
      },
    },
    {
      name: "events about one connection are coalesced",
      file: "src/lib/connections/review/admit.ts",
      replace: ["if (isAnswered(record, request, clock.now())) return refused(earlierResult(record));", ""],
      test: {
        file: "test/connections/limits/write-lock-line.test.ts",
        title: "are each reviewed once for all earlier events while they wait",
      },
    },
    {
      name: "a warning at 80 of 100 connections",
      file: "src/lib/connections/sweep/warn-of-capacity.ts",
      replace: ["const warnFrom = 80;", "const warnFrom = 101;"],
      test: {
        file: "test/connections/sweep/capacity.test.ts",
        title: "is alerted once at 80 connections, with their number, and not below",
      },
    },
  ],
  T10: [
    {
      name: "each route asks for a function key",
      file: "src/index.ts",
      replace: [
        'methods: ["GET"],\n      authLevel: "function",',
        'methods: ["GET"],\n      authLevel: "anonymous",',
      ],
      test: { file: "test/scenarios/openapi.test.ts", title: "requires a key where the app does" },
    },
    {
      name: "a principal's header counts only behind App Service",
      file: "src/functions/access.ts",
      replace: ["if (!platform)\n    return sent === null", "if (false)\n    return sent === null"],
      test: {
        file: "src/functions/access.test.ts",
        title: "is refused where App Service authentication is off, because any client could send it",
      },
    },
    {
      name: "the token's tenant is ours",
      file: "src/functions/access.ts",
      replace: ['if (!named("tid", tenantId).includes(tenant))', "if (false)"],
      test: { file: "src/functions/access.test.ts", title: "is refused if it is %s" },
    },
    {
      name: "the token's audience is this app",
      file: "src/functions/access.ts",
      replace: ['if (!named("aud").includes(audience))', "if (false)"],
      test: { file: "src/functions/access.test.ts", title: "is refused if it is %s" },
    },
    {
      name: "the token has the role that the route needs",
      file: "src/functions/access.ts",
      replace: ["if (!rolesFor[role].some((each) => roles.includes(each)))", "if (false)"],
      test: { file: "src/functions/access.test.ts", title: "is refused if it is %s" },
    },
    {
      name: "the caller is listed, where callers are",
      file: "src/functions/access.ts",
      replace: ["if (callers.length > 0 && !ids.some((id) => callers.includes(id)))", "if (false)"],
      test: { file: "src/functions/access.test.ts", title: "is refused if it is %s" },
    },
    {
      name: "a key alone decides nothing in a person's name",
      file: "src/functions/access.ts",
      replace: ['if (proof === "token" && (!platform || entra === undefined))', "if (false)"],
      test: {
        file: "src/functions/access.test.ts",
        title: "never decides on a held connection without Entra ID",
      },
    },
  ],
  T11: [
    {
      name: "sinks are https",
      file: "src/lib/alerts/sinks/post.ts",
      replace: ['if (url.protocol !== "https:" && !reach.plain)', "if (false)"],
      test: {
        file: "test/alerts/webhook-sink.test.ts",
        title: "is never sent to a public address without TLS",
      },
    },
    {
      name: "private and link-local addresses are refused",
      file: "src/lib/alerts/sinks/reach.ts",
      replace: ['["169.254.0.0", 16],\n', ""],
      test: { file: "test/alerts/webhook-sink.test.ts", title: "is never sent to %s, an internal address" },
    },
    {
      name: "a name that resolves to one is refused too",
      file: "src/lib/alerts/sinks/post.ts",
      replace: ["if (!found.every(({ address }) => reach.allows(address)))", "if (false)"],
      test: {
        file: "test/alerts/webhook-sink.test.ts",
        title: "is never sent to a host name that resolves to an internal address",
      },
    },
    {
      name: "no redirect is followed",
      file: "src/lib/alerts/sinks/event-grid.ts",
      replace: ["redirectOptions: { maxRetries: 0 },", ""],
      test: {
        file: "test/alerts/sinks.test.ts",
        title: "fails on %s after one attempt, and its error contains no secret",
      },
    },
    {
      name: "topics and workflows are on Azure's hosts",
      file: "src/lib/config/read-alerts.ts",
      replace: [
        "else if (!isLocal && hosts?.some((host) => url.hostname.endsWith(host)) === false)",
        "else if (false)",
      ],
      test: { file: "src/lib/config/sink-urls.test.ts", title: "is refused: %s %s" },
    },
    {
      name: "ARM's host is pinned",
      file: "src/lib/azure/arm-http.ts",
      replace: ["if (url.origin !== armOrigin)", "if (false)"],
      test: { file: "src/lib/azure/arm-http.test.ts", title: "is not sent %s" },
    },
    {
      name: "an operation is polled on ARM's host only",
      file: "src/lib/azure/allowed-requests.ts",
      replace: ["url.origin === armOrigin && isOperationAddress(url)", "isOperationAddress(url)"],
      test: { file: "src/lib/azure/arm-writes.test.ts", title: "is not polled at %s" },
    },
  ],
  T12: [
    {
      name: "patterns are matched in linear time",
      file: "src/lib/policy/values/pattern.ts",
      replace: [
        "    let from = first.length;\n",
        '    return new RegExp(`^${[first, ...rest].join(".*")}$`, "s").test(text);\n    let from = first.length;\n',
      ],
      test: {
        file: "src/lib/policy/language/operator.test.ts",
        title: "takes linear time for a pattern full of stars",
      },
    },
    {
      name: "rules and conditions have a limit",
      file: "src/lib/policy/check/check-rule.ts",
      replace: ["const rulesMax = 10_000;", "const rulesMax = 100_000;"],
      test: {
        file: "src/lib/policy/load.test.ts",
        title: "answers %s with a located problem and never throws",
      },
    },
  ],
};
