import { figure, type Figure } from "../figure.ts";
import { table } from "../table.ts";
import type { Report, SizeReport } from "./run.ts";

/** The number of connections for which there are goals. */
const goalConnections = 10_000;

const ms = (value: number) => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
const kB = (bytes: number) => `${(bytes / 1_000).toFixed(1)} kB`;
const whole = (value: number) => value.toLocaleString("en");

/** Formats a report: the sizes beside each other, and the one with goals by itself. */
export function printDashboardReport(report: Report): string {
  const withGoals = sizeWithGoals(report);
  return [...(withGoals === undefined ? [] : [printSize(withGoals)]), printGrowth(report)].join("\n");
}

function sizeWithGoals(report: Report): SizeReport | undefined {
  return report.find(({ connections }) => connections === goalConnections) ?? report.at(-1);
}

function printGrowth(report: Report): string {
  return [
    "With other sizes; in brackets, the plain page.\n",
    table(
      [
        "connections",
        "services",
        "first table",
        "answer",
        "longest task",
        "a scrolled frame",
        "filtering",
        "other views",
      ],
      report.map(({ page, plain, ...each }) => [
        whole(each.connections),
        whole(each.services),
        `${ms(each.formMs + page.tableMs)} (${ms(plain.tableMs)})`,
        kB(each.answerBytes),
        `${ms(page.longestTaskMs)} (${ms(plain.longestTaskMs)})`,
        `${ms(page.frameMs)} (${ms(plain.frameMs)})`,
        ms(each.longestFilterTaskMs),
        ms(each.longestViewTaskMs),
      ]),
    ),
    "",
  ].join("\n");
}

/** Each figure of one size beside its goal, and beside a page that puts every row into the document. */
function printSize(report: SizeReport): string {
  const { connections, services, weightBytes, answerBytes, refreshBytes, listBytes, formMs } = report;
  const { page, plain, longestFilterTaskMs, longestViewTaskMs } = report;
  // No task is the longest where none took 50 ms, which no ratio can be made of.
  const both = (name: "tableMs" | "longestTaskMs" | "frameMs") =>
    page[name] > 0 ? `${ms(plain[name])} (${(plain[name] / page[name]).toFixed(1)}×)` : ms(plain[name]);
  return [
    `The dashboard with ${whole(connections)} connections of ${whole(services)} services, in a real Chromium, on rows in memory.`,
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
export function figuresOf(report: Report): Figure[] {
  const withGoals = sizeWithGoals(report);
  return withGoals === undefined ? [] : figuresOfSize(withGoals);
}

function figuresOfSize({ weightBytes, formMs, page, plain }: SizeReport): Figure[] {
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
