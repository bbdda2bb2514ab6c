import { defineConfig } from "vitest/config";

/**
 * Of `remove-mitigations.ts`, for tests that need neither storage nor the built package: their set-up would take most
 * of the time.
 */
export default defineConfig({
  test: {
    include: ["{src,simulator,test}/**/*.test.ts"],
    testTimeout: 240_000,
    hookTimeout: 240_000,
    maxWorkers: 1,
    isolate: false,
  },
});
