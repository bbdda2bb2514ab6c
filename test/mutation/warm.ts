import { createVitest } from "vitest/node";

/**
 * A process that keeps Vitest ready: starting it anew for each mutant would take most of the time. `main.ts` changes a file of the
 * copy that is given, names it in a message, and is told whether a test failed. Endless loops are ended by ending the process.
 */
const [folder = "", ...tests] = process.argv.slice(2);
process.chdir(folder);
const vitest = await createVitest("test", {
  root: folder,
  config: `${folder}/test/threats/lean.config.ts`,
  include: tests,
  watch: false,
  bail: 1,
  reporters: [{}],
});
const specifications = await vitest.globTestSpecifications();

// Whoever started it is gone.
process.once("disconnect", () => process.exit(0));
process.on("message", (file: string) => {
  void run(file);
});

async function run(file: string): Promise<void> {
  vitest.invalidateFile(file);
  vitest.state.clearErrors();
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications, false);
  const failed = unhandledErrors.length > 0 || testModules.some((each) => !each.ok());
  process.send?.({ failed });
}

process.send?.({ ready: specifications.length });
