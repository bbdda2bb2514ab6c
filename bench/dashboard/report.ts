import { table } from "../table.ts";
import type { Report } from "./run.ts";

/** Formats a report, each figure beside its goal. */
export function printDashboardReport(report: Report): string {
  const ms = (value: number) => `${Math.round(value)} ms`;
  const { connections, weightBytes, pageMs, tableMs, longestTaskMs, longTasks, longestFilterTaskMs } = report;
  return [
    `The dashboard with ${connections.toLocaleString("en")} connections, in a real Chromium, on rows in memory.\n`,
    table(
      ["", "measured", "goal"],
      [
        ["weight of the page, compressed", `${(weightBytes / 1_000).toFixed(1)} kB`, "under 100 kB"],
        ["page to the form for the key", ms(pageMs), ""],
        ["key to the first table", ms(tableMs), ""],
        ["both", ms(pageMs + tableMs), "under 1,000 ms"],
        ["longest task while scrolling", ms(longestTaskMs), "under 200 ms"],
        ["tasks over 50 ms while scrolling", String(longTasks), ""],
        ["longest task while filtering", ms(longestFilterTaskMs), ""],
        ["rows in the document", String(report.rowsInDocument), ""],
      ],
    ),
    "",
  ].join("\n");
}
