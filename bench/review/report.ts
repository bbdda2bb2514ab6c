import { printSpread, type Spread } from "../spread.ts";
import { figure, type Figure } from "../figure.ts";
import { table } from "../table.ts";
import type { Report } from "./run.ts";

/** A report as tables for people. */
export function printReview(report: Report): string {
  const { latencyMs, reviews, recordedMs, verifiedMs, recordedTrips, verifiedTrips, calls, stored } = report;
  const { reads, pages, writes } = report.table;
  return [
    `${reviews} approving reviews at services that were seen before; each call to Azure takes ${latencyMs} ms. Median (middle half).\n`,
    table(
      ["until", "milliseconds", "round trips"],
      [
        ["the verdict is recorded", printSpread(recordedMs, 0), String(recordedTrips)],
        ["the approval is verified and recorded", printSpread(verifiedMs, 0), String(verifiedTrips)],
      ],
    ),
    "",
    table(
      ["call of one review", "begins, in latencies", "ends"],
      calls.map(({ call, from, to }) => [call, from.toFixed(2), to.toFixed(2)]),
    ),
    "",
    `Operations on the table: ${reads + pages + writes} (${reads} rows read, ${pages} pages, ${writes} writes).`,
    `A reviewed connection leaves ${stored.rows.toFixed(0)} rows of ${(stored.bytes / 1024).toFixed(1)} KiB together.`,
    "",
  ].join("\n");
}

/** The figures that have goals. */
export function figuresOf(report: Report): Figure[] {
  const { latencyMs, recordedMs, verifiedMs, recordedTrips, verifiedTrips } = report;
  const { reads, pages, writes } = report.table;
  const beyond = ({ median, from, to }: Spread, trips: number): Spread => {
    const waited = trips * latencyMs;
    return { median: median - waited, from: from - waited, to: to - waited };
  };
  const each = `each call takes ${latencyMs} ms`;
  return [
    figure("round trips to Azure until a verdict is recorded", recordedTrips),
    figure("round trips to Azure until an approval is verified", verifiedTrips),
    figure("a recorded verdict, beyond its round trips", beyond(recordedMs, recordedTrips), each),
    figure("a verified approval, beyond its round trips", beyond(verifiedMs, verifiedTrips), each),
    figure("operations on the table of an approving review", reads + pages + writes),
  ];
}
