import { figure, type Figure } from "../figure.ts";
import { table } from "../table.ts";
import type { Busy } from "./cpu.ts";
import type { Measured, Report } from "./run.ts";

/** Formats a report as a table. */
export function printLoad({ eventsPerSecond, seconds, services, measured }: Report): string {
  const ms = (value: number) => `${Math.round(value).toLocaleString("en")} ms`;
  const cells = (of: (each: Measured) => string) => measured.map(of);
  return [
    `${eventsPerSecond} events a second for ${seconds} s at ${services} services, then many at once: real hosts on Azurite and the simulated Azure.\n`,
    table(
      ["", ...cells(({ processes }) => (processes === 1 ? "one process" : `${processes} processes`))],
      [
        ["events, steady", ...cells(({ steady }) => String(steady.events))],
        ["answers: median", ...cells(({ steady }) => ms(steady.medianMs))],
        ["answers: 99th percentile", ...cells(({ steady }) => ms(steady.p99Ms))],
        ["answers: slowest", ...cells(({ steady }) => ms(steady.slowestMs))],
        ["events, at once", ...cells(({ burst }) => String(burst.events))],
        ["answers: 99th percentile", ...cells(({ burst }) => ms(burst.p99Ms))],
        ["answers: slowest", ...cells(({ burst }) => ms(burst.slowestMs))],
        ["refused", ...cells(({ steady, burst }) => String(steady.refused + burst.refused))],
        ["lost", ...cells(({ lost }) => String(lost.length))],
        ["until the last approval", ...cells((each) => `${each.seconds.toFixed(0)} s`)],
        ["approvals a second", ...cells((each) => (eventsOf(each) / each.seconds).toFixed(1))],
        ["PUTs", ...cells(({ puts }) => String(puts))],
        [
          "processors of hosts, Azurite, Azure, sender: steady",
          ...cells(({ busy }) => printBusy(busy.steady)),
        ],
        ["the same: at once", ...cells(({ busy }) => printBusy(busy.burst))],
        ["the same: until the last approval", ...cells(({ busy }) => printBusy(busy.rest))],
        ["memory, first half", ...cells(({ memoryMb }) => `${memoryMb.first.toFixed(0)} MB`)],
        ["memory, second half", ...cells(({ memoryMb }) => `${memoryMb.second.toFixed(0)} MB`)],
      ],
    ),
    ...measured.flatMap(({ lost }) => lost.slice(0, 5)),
    "",
  ].join("\n");
}

function printBusy(busy: Busy): string {
  const { hosts, Azurite, Azure, sender } = busy;
  return [hosts, Azurite, Azure, sender].map((processors) => processors.toFixed(2)).join(" + ");
}

/** The figures that have goals. */
export function figuresOf({ eventsPerSecond, measured }: Report): Figure[] {
  return (
    [
      [1, "one process"],
      [3, "three processes"],
    ] as const
  ).flatMap(([count, name]) => {
    const found = measured.find(({ processes }) => processes === count);
    if (found === undefined) return [];
    const { steady, burst, lost, memoryMb } = found;
    return [
      figure(
        `answers to events, 99th percentile, ${name}`,
        steady.p99Ms,
        `${eventsPerSecond} events a second`,
      ),
      figure(`answers to a burst, 99th percentile, ${name}`, burst.p99Ms, `${burst.events} events at once`),
      figure(`requests lost, ${name}`, lost.length + steady.refused + burst.refused, `of ${eventsOf(found)}`),
      figure(
        `memory in the second half of a load, as a multiple of the first, ${name}`,
        memoryMb.second / memoryMb.first,
        `${Math.round(memoryMb.second)} MB`,
      ),
    ];
  });
}

function eventsOf({ steady, burst }: Measured): number {
  return steady.events + burst.events;
}
