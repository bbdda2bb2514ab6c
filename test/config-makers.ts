import { ConfigInvalid, readConfig, type Environment } from "../src/lib/config/read-config.ts";

export const subscription = "11111111-1111-4111-8111-111111111111";

/** The required settings. */
export const good: Environment = {
  DrawbridgeState: "AccountName=a;AccountKey=secret-key;",
  DRAWBRIDGE_SCOPE_SUBSCRIPTIONS: subscription,
};

/** The problems of settings; empty if they are valid. */
export function problemsOf(environment: Environment): readonly string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigInvalid) return error.problems;
    throw error;
  }
}
