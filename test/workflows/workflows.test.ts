import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../../local/child-process.ts";
import { readWorkflow, ruleProblems, syntaxProblems, type Repository } from "./workflow.ts";

const folder = join(root, ".github/workflows");
const files = readdirSync(folder);
const textOf = (file: string) => readFileSync(join(folder, file), "utf8");
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  readonly scripts: Readonly<Record<string, string>>;
};
const repository: Repository = {
  scripts: new Set(Object.keys(scripts)),
  has: (path) => existsSync(join(root, path)),
};

describe("the workflows", () => {
  it.each(files)("%s is what GitHub's parser takes", async (file) => {
    expect(await syntaxProblems(file, textOf(file))).toEqual([]);
  });

  it.each(files)(
    "%s pins its actions, lists its permissions, ends in time and calls only what is there",
    (file) => {
      expect(ruleProblems(textOf(file), repository)).toEqual([]);
    },
  );

  it("write nothing but what each job is for", () => {
    const writes = files.flatMap((file) =>
      Object.entries(readWorkflow(textOf(file)).jobs).flatMap(([job, { permissions = {} }]) =>
        Object.entries(permissions)
          .filter(([, access]) => access === "write")
          .map(([scope]) => `${file} ${job}: ${scope}`),
      ),
    );
    expect(new Set(writes)).toEqual(
      new Set([
        "azure-dev.yml deploy: id-token",
        "policy.yml plan: id-token",
        "policy.yml comment: pull-requests",
        "release.yml build: id-token",
        "release.yml build: attestations",
        "release.yml publish: contents",
      ]),
    );
  });

  it("use one commit of each action", () => {
    const pins = files.flatMap((file) => [...textOf(file).matchAll(/uses: (\S+)@(\w+)/g)]);
    const commits = new Map<string, Set<string>>();
    for (const [, action = "", commit = ""] of pins)
      commits.set(action.toLowerCase(), (commits.get(action.toLowerCase()) ?? new Set()).add(commit));
    expect([...commits].filter(([, known]) => known.size > 1)).toEqual([]);
    expect(commits.size).toBeGreaterThan(4);
  });
});

/** The templates' parameters that azd takes from the environment. */
const layers = ["app", "events"].map((layer) => join(root, "infra", layer, "main.parameters.json"));

describe("azure-dev.yml", () => {
  it("hands on every variable that the templates' parameters are taken from, but for what azd knows itself", () => {
    const names = layers.flatMap((file) =>
      [...readFileSync(file, "utf8").matchAll(/\$\{(\w+)[}=]/g)].map(([, name = ""]) => name),
    );
    expect(names.length).toBeGreaterThan(0);
    const text = textOf("azure-dev.yml");
    const outputs = ["DRAWBRIDGE_APP_ID", "DRAWBRIDGE_STATE_ACCOUNT_ID", "DRAWBRIDGE_APP_ACTION_GROUP_ID"];
    expect(names.filter((name) => !text.includes(`${name}: \${{`) && !outputs.includes(name))).toEqual([]);
  });
});

/** A mistake in check.yml or another file, and what is said of it. */
const planted: readonly {
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly problem: string;
}[] = [
  { file: "check.yml", from: "timeout-minutes", to: "timeout-minuts", problem: "timeout-minuts" },
  { file: "check.yml", from: "runs-on: ubuntu-24.04", to: "runs_on: ubuntu-24.04", problem: "runs_on" },
  { file: "policy.yml", from: "needs: [policy, plan]", to: "needs: [policies, plan]", problem: "policies" },
  { file: "check.yml", from: "github.ref }}", to: "github.ref ==  }}", problem: "expression" },
  { file: "check.yml", from: "contents: read", to: "content: read", problem: "content" },
  { file: "azure-dev.yml", from: "vars.AZURE_CLIENT_ID", to: "varz.AZURE_CLIENT_ID", problem: "varz" },
  { file: "check.yml", from: "# v7.0.1", to: "", problem: "not pinned" },
  {
    file: "check.yml",
    from: "@3d3c42e5aac5ba805825da76410c181273ba90b1",
    to: "@v7",
    problem: "not pinned",
  },
  { file: "check.yml", from: "permissions: {}", to: "", problem: "permissions are not {}" },
  {
    file: "check.yml",
    from: "permissions: {}",
    to: "permissions: write-all",
    problem: "permissions are not {}",
  },
  { file: "check.yml", from: "    timeout-minutes: 90\n", to: "", problem: "no timeout" },
  { file: "check.yml", from: "run: npm ci", to: "run: npm run instal", problem: "no script instal" },
  { file: "check.yml", from: "bash .ci/run", to: "bash .ci/runs", problem: "no file .ci/runs" },
  {
    file: "policy.yml",
    from: 'comment "$NUMBER"',
    to: "comment ${{ github.event.pull_request.title }}",
    problem: "expression stands in run",
  },
  { file: "check.yml", from: "pull_request:", to: "pull_request_target:", problem: "pull_request_target" },
  {
    file: "check.yml",
    from: "persist-credentials: false",
    to: "persist-credentials: true",
    problem: "leaves its token",
  },
  {
    file: "policy.yml",
    from: "          gh pr comment",
    to: "          cd /tmp\n          gh pr comment",
    problem: '"gh pr comment" knows no repository',
  },
  {
    file: "policy.yml",
    from: "          ref: ${{ github.event.pull_request.base.sha }}\n",
    to: "",
    problem: "plan: runs what a pull request brings with a right to write",
  },
  {
    file: "release.yml",
    from: "      GH_REPO: ${{ github.repository }}\n",
    to: "",
    problem: '"gh release view" knows no repository',
  },
];

describe("a mistake in a workflow", () => {
  it.each(planted)("$file with $to is found", async ({ file, from, to, problem }) => {
    const text = textOf(file);
    expect(text).toContain(from);
    const wrong = text.replace(from, () => to);
    const problems = await syntaxProblems(file, wrong);
    expect(
      [...problems, ...(problems.length > 0 ? [] : ruleProblems(wrong, repository))].join("\n"),
    ).toContain(problem);
  });
});
