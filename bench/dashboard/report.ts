import { figure, type Figure } from "../figure.ts";
import { table } from "../table.ts";
import type { Report } from "./run.ts";

/** Formats a report: each figure beside its goal, and beside a page that puts every row into the document. */
export function printDashboardReport(report: Report): string {
  const ms = (value: number) => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
  const kB = (bytes: number) => `${(bytes / 1_000).toFixed(1)} kB`;
  const { connections, services, weightBytes, answerBytes, refreshBytes, listBytes, formMs } = report;
  const { page, plain, longestFilterTaskMs, longestViewTaskMs } = report;
  // No task is the longest where none took 50 ms, which no ratio can be made of.
  const both = (name: "tableMs" | "longestTaskMs" | "frameMs") =>
    page[name] > 0 ? `${ms(plain[name])} (${(plain[name] / page[name]).toFixed(1)}×)` : ms(plain[name]);
  return [
    `The dashboard with ${connections.toLocaleString("en")} connections of ${services.toLocaleString("en")} services, in a real Chromium, on rows in memory.`,
    "In brackets, a page that puts every row into the document, as a multiple of the dashboard.\n",
    table(
      ["", "dashboard", "plain page", "goal"],
      [
        ["weight of the page, compressed", kB(weightBytes), "", "under 100 kB"],
        ["request to the form for the key", ms(formMs), "", ""],
        ["key to the first table", ms(page.tableMs), both("tableMs"), ""],
        ["request to the first table", ms(formMs + page.tableMs), "", "under 1,000 ms"],
        ["longest task while scrolling", ms(page.longestTaskMs), both("longestTaskMs"), "under 200 ms"],
        ["tasks over 50 ms while scrolling", String(page.longTasks), String(plain.longTasks), ""],
        ["processor time of a scrolled frame", ms(page.frameMs), both("frameMs"), ""],
        ["longest task while filtering", ms(longestFilterTaskMs), "", ""],
        ["longest task while opening the other views", ms(longestViewTaskMs), "", ""],
        ["rows in the document", String(page.rowsInDocument), String(plain.rowsInDocument), ""],
        ["first answer, and a refresh without news", `${kB(answerBytes)}, ${kB(refreshBytes)}`, "", ""],
        ["lists of the other views", kB(listBytes), "", ""],
      ],
    ),
    "",
  ].join("\n");
}

/** The figures that have goals. */
export function figuresOf({ weightBytes, formMs, page, plain }: Report): Figure[] {
  return [
    figure("weight of the dashboard, compressed", weightBytes / 1_000),
    figure(
      "request to the dashboard's first table",
      formMs + page.tableMs,
      `a page with every row: ${Math.round(plain.tableMs).toLocaleString("en")} ms, without a form for the key`,
    ),
    figure(
      "longest task while the dashboard scrolls",
      page.longestTaskMs,
      `a page with every row: ${Math.round(plain.longestTaskMs)} ms`,
    ),
  ];
}
