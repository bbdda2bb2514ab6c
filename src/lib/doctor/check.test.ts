import { expect, it } from "vitest";
import { checksOf } from "./check.ts";

it("says why an action without a finding is not tested: only polling waits for an approval", () => {
  const details = Object.fromEntries(
    checksOf("approver", "s", new Map()).map(({ action, state, detail }) => [action, `${state}: ${detail}`]),
  );
  const polling = Object.entries(details).filter(([, text]) => text.includes("while an approval"));
  expect(polling.map(([action]) => action).toSorted()).toEqual([
    "Microsoft.ApiManagement/locations/operationsStatuses/read",
    "Microsoft.ApiManagement/service/*/operationresults/read",
    "Microsoft.ApiManagement/service/operationresults/read",
  ]);
  expect(details["Microsoft.ApiManagement/service/read"]).toBe("not testable: doctor has no check for it");
});
