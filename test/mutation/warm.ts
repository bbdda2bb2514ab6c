import { BaseSequencer, createVitest, type TestSpecification } from "vitest/node";

/**
 * A process that keeps Vitest ready: starting it anew for each mutant would take most of the time. `main.ts` changes a
 * file of the copy that is given, names it in a message, and is told whether a test failed. Endless loops are ended by
 * ending the process.
 */
const [folder = "", ...tests] = process.argv.slice(2);
process.chdir(folder);

/** Keeps the order in which the files are given. Vitest's own would run the longest first. */
class AsGiven extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return Promise.resolve(files);
  }
}

const vitest = await createVitest("test", {
  root: folder,
  config: `${folder}/test/threats/lean.config.ts`,
  include: tests,
  watch: false,
  bail: 1,
  sequence: { sequencer: AsGiven },
  reporters: [{}],
});
const specifications = await vitest.globTestSpecifications();
/** How long the tests of a file took at last. The quickest go first: most mutants fail in some of them. */
const tookMs = new Map<string, number>();
/**
 * The test file that noticed the last mutant of a source file. It goes before all others: it is likely to notice the
 * next one.
 */
const noticedBy = new Map<string, string>();

// Whoever started it is gone.
process.once("disconnect", () => process.exit(0));
process.on("message", (file: string) => {
  void run(file);
});

/** The file that was changed last. It is as it was again, but Vitest still has what it was changed to. */
let changed: string | undefined;

async function run(file: string): Promise<void> {
  if (changed !== undefined) vitest.invalidateFile(changed);
  vitest.invalidateFile(file);
  changed = file;
  vitest.state.clearErrors();
  const place = ({ moduleId }: TestSpecification) =>
    noticedBy.get(file) === moduleId ? -1 : (tookMs.get(moduleId) ?? 0);
  const ordered = specifications.toSorted((a, b) => place(a) - place(b));
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(ordered, false);
  for (const module of testModules)
    if (module.ok()) tookMs.set(module.moduleId, module.diagnostic().duration);
    else noticedBy.set(file, module.moduleId);
  const failed = unhandledErrors.length > 0 || testModules.some((each) => !each.ok());
  process.send?.({ failed });
}

process.send?.({ ready: specifications.length });
