import type { Threats } from "./mitigation.ts";

/** What an attacker could break or read by what they send: parsers, logs, the dashboard. */
export const contents: Threats = {
  T13: [
    {
      name: "keys of a policy are in a Map, by a list",
      file: "src/lib/policy/source/keys.ts",
      replace: ["if (allowed.includes(key)) entries", "if (true) entries"],
      test: {
        file: "src/lib/policy/load.test.ts",
        title: "answers %s with a located problem and never throws",
      },
    },
    {
      name: "a body's own keys are checked, by a list",
      file: "src/functions/http/read-request.ts",
      replace: [
        "Object.keys(given).filter((key) => !allowed.includes(key))",
        "Object.keys(given).filter((key) => !(key in schema.entries))",
      ],
      test: { file: "src/functions/http/read-request.test.ts", title: "with the key %s is refused" },
    },
    {
      name: "an event's own properties are read",
      file: "src/lib/estate/event-hint.ts",
      replace: ["isRecord(value) && Object.hasOwn(value, name)", "isRecord(value)"],
      test: {
        file: "src/lib/connections/event-targets.test.ts",
        title: "that inherits its data is malformed",
      },
    },
  ],
  T14: [
    {
      name: "files have a maximum size",
      file: "src/lib/policy/source/parse.ts",
      replace: ["const textMax = 1024 * 1024;", "const textMax = Infinity;"],
      test: {
        file: "src/lib/policy/load.test.ts",
        title: "says of a file of more than a mebibyte just that",
      },
    },
    {
      name: "files have a maximum depth",
      file: "src/lib/policy/source/parse.ts",
      replace: ["if (depth > depthMax) {", "if (false) {"],
      test: {
        file: "src/lib/policy/load.test.ts",
        title: "says of text that is nested too deep just that",
      },
    },
    {
      name: "aliases are refused",
      file: "src/lib/policy/source/parse.ts",
      replace: ['problems.add(at, "aliases are not allowed; write the value out");\n', ""],
      test: {
        file: "src/lib/policy/load.test.ts",
        title: "answers %s with a located problem and never throws",
      },
    },
    {
      name: "many keys take no longer each",
      file: "src/lib/policy/source/parse.ts",
      replace: ["uniqueKeys: false,", "uniqueKeys: true,"],
      test: {
        file: "src/lib/policy/load.test.ts",
        title: "is as quick to refuse a mapping of as many keys as a file has room for as one of a few",
      },
    },
    {
      name: "a body has a maximum size",
      file: "src/functions/http/read-request.ts",
      replace: ["const bodyMax = 64 * 1024;", "const bodyMax = Infinity;"],
      test: { file: "src/functions/http/read-request.test.ts", title: "is measured in bytes" },
    },
  ],
  T15: [
    {
      name: "the log has a list of fields",
      file: "src/lib/log.ts",
      replace: [".filter(([name]) => allowed.has(name))", ""],
      test: {
        file: "src/lib/log.test.ts",
        title: "says nothing under a name that is not allowed, whoever passes it",
      },
    },
    {
      name: "an error is a code, never its text",
      file: "src/lib/azure/errors.ts",
      replace: ['typeof code === "string" && isCode.test(code) ? code : nameOf(error)', "String(code)"],
      test: { file: "src/lib/azure/errors.test.ts", title: "never repeats text that is not a code" },
    },
    {
      name: "health without a key has no details",
      file: "src/functions/health.ts",
      replace: [
        "problems: problems.map(({ summary }) => summary) }",
        "problems: problems.flatMap(({ summary, details }) => [summary, ...details]) }",
      ],
      test: {
        file: "src/functions/health.test.ts",
        title: "quotes nothing of the policy or the declared addresses",
      },
    },
    {
      name: "a sink's error has no URL",
      file: "src/lib/alerts/sinks/post.ts",
      replace: ["return String(error.code);", "return error.message;"],
      test: {
        file: "src/lib/alerts/sinks/post.test.ts",
        title: "says why nothing could be sent to a name that nobody has, and not to which",
      },
    },
  ],
  T16: [
    {
      name: "the policy allows no inline script and no frame",
      file: "src/functions/dashboard.ts",
      replace: [`"script-src 'self'"`, `"script-src 'self' 'unsafe-inline'"`],
      test: {
        file: "src/functions/dashboard.test.ts",
        title: "is sent with a policy that allows its own files alone",
      },
    },
    {
      name: "the policy lets nobody frame the page",
      file: "src/functions/dashboard.ts",
      replace: [`  "frame-ancestors 'none'",\n`, ""],
      test: {
        file: "src/functions/dashboard.test.ts",
        title: "is sent with a policy that allows its own files alone",
      },
    },
    {
      name: "texts are text nodes",
      file: "dashboard/parts/text.tsx",
      replace: [
        "return <bdi>{visible(text)}</bdi>;",
        "return <bdi dangerouslySetInnerHTML={{ __html: text }} />;",
      ],
      test: { file: "test/tidy.test.ts", title: "writes text nodes alone on the dashboard" },
    },
    {
      name: "a change needs the key in a header, not a cookie",
      file: "src/index.ts",
      replace: [
        'authLevel: "function",\n    extraOutputs: [alertsQueue, larger]',
        'authLevel: "anonymous",\n    extraOutputs: [alertsQueue, larger]',
      ],
      test: { file: "test/scenarios/openapi.test.ts", title: "requires a key where the app does" },
    },
    {
      name: "the page keeps the key in memory alone",
      file: "dashboard/api/client.ts",
      replace: ["  key = given;", '  key = given;\n  localStorage.setItem("key", given);'],
      test: { file: "test/tidy.test.ts", title: "writes text nodes alone on the dashboard" },
    },
  ],
};
