import type { Threats } from "./mitigation.ts";

/** Dependencies, the audit chain, storage, roles, exemptions. */
export const supplyAndRights: Threats = {
  T17: [
    {
      name: "dependencies are exact versions",
      file: "package.json",
      replace: ['"valibot": "1.5.0"', '"valibot": "^1.5.0"'],
      test: {
        file: "test/supply-chain.test.ts",
        title: "names exact versions, and the lockfile has the same",
      },
    },
    {
      name: "each dependency is defended",
      file: "docs/decisions/0003-dependencies.md",
      replace: ["`preact`", "`react`"],
      test: {
        file: "test/supply-chain.test.ts",
        title: "are each defended in decision 0003, and so are those of development",
      },
    },
    {
      name: "install scripts are allowed by name",
      file: "package.json",
      replace: ['"protobufjs": false', '"another": false'],
      test: { file: "test/supply-chain.test.ts", title: "is what package.json allows or refuses by name" },
    },
    {
      name: "licences are on a list",
      file: "scripts/third-party.ts",
      replace: ['"ISC", ', ""],
      test: {
        file: "test/supply-chain.test.ts",
        title: "has licences that may be used, and, of what is passed on, passed on",
      },
    },
    {
      name: "a bill of materials of what is bundled",
      file: "scripts/bundled-packages.ts",
      replace: ["if (bytesInOutput > 0) yield file;", "if (bytesInOutput > 100_000) yield file;"],
      test: {
        file: "test/package-deployed.test.ts",
        title: "names what is bundled, and not what the app is built or tested with",
      },
    },
  ],
  T18: [
    {
      name: "an entry's hash covers its content",
      file: "src/lib/connections/record/entry-hash.ts",
      replace: ['hash === sha256(form(unhashed)) ? "valid" : "invalid"', '"valid"'],
      test: {
        file: "src/lib/connections/verify-chain.test.ts",
        title: "finds a new entry whose version was removed or whose content was changed",
      },
    },
    {
      name: "an entry holds the hash of the one before it",
      file: "src/lib/connections/verify-chain.ts",
      replace: ["return entry.previous === before.hash ? undefined", "return true ? undefined"],
      test: {
        file: "src/lib/connections/verify-chain.test.ts",
        title: "finds an entry that does not name the one before it, although its own hash is right",
      },
    },
    {
      name: "a missing end is found by the records",
      file: "src/cli/verify.ts",
      replace: ["...chains.broken, ...cut]", "...chains.broken]"],
      test: {
        file: "src/cli/decisions.test.ts",
        title:
          "finds that the end of the app's chain, or all of it, is missing, by the entries that records name",
      },
    },
    {
      name: "a person's name comes from the token",
      file: "src/functions/acknowledge-addresses.ts",
      replace: ["caller ?? { name: by }", "{ name: by }"],
      test: {
        file: "test/scenarios/api-access.test.ts",
        title: "the author of an acknowledgement is the principal, whatever the body says",
      },
    },
  ],
  T19: [
    {
      name: "no shared keys",
      file: "infra/app/modules/storage.bicep",
      replace: ["allowSharedKeyAccess: false", "allowSharedKeyAccess: true"],
      test: {
        file: "test/infra/templates.test.ts",
        title: "declare each queue, container and table, with shared keys off",
      },
    },
    {
      name: "a stored address is checked before it is polled",
      file: "src/lib/azure/arm-writes.ts",
      replace: ["if (operationIn(`${armOrigin}${operation}`) === undefined)", "if (false)"],
      test: {
        file: "src/lib/azure/arm-writes.test.ts",
        title: "at an address that is not an operation's is never read",
      },
    },
    {
      name: "rights on single containers",
      file: "infra/app/modules/role-assignments.bicep",
      replace: ["scope: state::blobs::policy\n", "scope: state\n"],
      test: {
        file: "test/infra/templates.test.ts",
        title: "grant the identity what it needs and no more, on the narrowest scope",
      },
    },
  ],
  T20: [
    {
      name: "the role changes nothing but connections",
      file: "infra/estate/roles/approver.json",
      replace: [
        '"action": "Microsoft.ApiManagement/service/read"',
        '"action": "Microsoft.ApiManagement/service/write"',
      ],
      test: {
        file: "test/infra/roles.test.ts",
        title: "change nothing but connections, and give a reason for each action",
      },
    },
    {
      name: "the roles have no action that no call needs",
      file: "infra/estate/roles/approver.json",
      replace: [
        '"action": "Microsoft.ApiManagement/service/read"',
        '"action": "Microsoft.ApiManagement/service/*/read"',
      ],
      test: {
        file: "test/infra/roles.test.ts",
        title: "hold no action that no call needs, and each that one needs",
      },
    },
    {
      name: "the simulator enforces the roles",
      file: "simulator/arm/request.ts",
      replace: ["if (allowed(principal, action, id))", "if (true)"],
      test: { file: "test/infra/roles.test.ts", title: "need in %s the action %s" },
    },
  ],
  T21: [
    {
      name: "an exemption expires",
      file: "src/lib/policy/compile/compile-exemption.ts",
      replace: ["truthOf(env.now < expiresOn)", "TRUE"],
      test: {
        file: "src/lib/policy/evaluate/verdict-with-exceptions.test.ts",
        title: "is absent once it has expired",
      },
    },
    {
      name: "each exemption is for one rule",
      file: "src/lib/policy/compile/compile.ts",
      replace: [".filter((each) => each.rule === rule.name)\n", ""],
      test: {
        file: "src/lib/policy/evaluate/verdict-with-exceptions.test.ts",
        title: "is judged alone: another rule that rejects still does",
      },
    },
    {
      name: "a warning without owner, ticket or end",
      file: "src/lib/policy/analysis/incomplete-exemption.ts",
      replace: ['owner === undefined ? "owner" : [],', ""],
      test: { file: "src/lib/policy/analysis/lint.test.ts", title: "warns of %s, and loads" },
    },
    {
      name: "an exemption never approves",
      file: "src/lib/policy/compile/compile.ts",
      replace: ['...judgements(rule, "hold"),', '...judgements(rule, "approve"),'],
      test: { file: "test/policy/exemption.test.ts", title: "of %s holds its requesters alone" },
    },
  ],
};
