import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: [
      "src/**/*.test.ts",
      "simulator/**/*.test.ts",
      "host/**/*.test.ts",
      "local/**/*.test.ts",
      "test/**/*.test.ts",
    ],
    globalSetup: ["test/set-up.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Scenarios start processes of their own; on two cores more workers only make each of them slower.
    maxWorkers: 2,
  },
});
