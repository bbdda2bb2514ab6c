import { figure, type Figure } from "../figure.ts";
import { table } from "../table.ts";
import type { Measured, Report } from "./run.ts";

/** Formats a report as a table. */
export function printEstates({ measured }: Report): string {
  const whole = (value: number) => value.toLocaleString("en");
  return [
    "Every service of each estate swept once, for the first time, with rows in memory. The heap is the largest between two pages of the inventory.\n",
    table(
      [
        "services",
        "connections",
        "sweeps",
        "queries",
        "other calls",
        "seconds",
        "heap before, MB",
        "largest heap, MB",
      ],
      measured.map((each) => [
        whole(each.services),
        whole(each.connections),
        whole(each.sweeps),
        whole(each.queries),
        whole(each.calls),
        each.seconds.toFixed(1),
        each.beforeMb.toFixed(0),
        each.largestMb.toFixed(0),
      ]),
    ),
    "",
  ].join("\n");
}

/** The figures of the estates with the most services and with the most connections. */
export function figuresOf({ measured }: Report): Figure[] {
  const most = (count: (each: Measured) => number) =>
    measured.toSorted((one, other) => count(other) - count(one)).at(0);
  const size = (found: Measured | undefined) =>
    found &&
    `${found.services.toLocaleString("en")} services, ${found.connections.toLocaleString("en")} connections`;
  const services = most((each) => (each.connections === 0 ? each.services : 0));
  const connections = most((each) => each.connections);
  return [
    figure("heap of a sweep, most services", services?.largestMb ?? Number.NaN, size(services)),
    figure("heap of a sweep, most connections", connections?.largestMb ?? Number.NaN, size(connections)),
  ];
}
