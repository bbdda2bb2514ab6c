import { figure, type Figure } from "../figure.ts";
import { table } from "../table.ts";
import type { Report } from "./run.ts";

/** Formats a report, with each replay as a multiple of the engine's own speed. */
export function printReplayBench({ threads, enginePerSecond, parsedPerSecond, measured }: Report): string {
  const whole = (value: number) => Math.round(value).toLocaleString("en");
  return [
    `${threads} threads. The engine alone, in one: ${whole(enginePerSecond)} decisions a second. JSON.parse of the records alone, in one: ${whole(parsedPerSecond)}.\n`,
    table(
      [
        "decisions",
        "export, MB",
        "seconds",
        "decisions a second",
        "of the engine",
        "of JSON.parse",
        "memory, MB",
        "otherwise",
      ],
      measured.map((each) => [
        whole(each.decisions),
        whole(each.exportMb),
        each.seconds.toFixed(1),
        whole(each.perSecond),
        `${(each.perSecond / enginePerSecond).toFixed(2)}×`,
        `${(each.perSecond / parsedPerSecond).toFixed(2)}×`,
        whole(each.mb),
        whole(each.otherwise),
      ]),
    ),
    "",
  ].join("\n");
}

/** The figures of the largest export. */
export function figuresOf({ enginePerSecond, measured }: Report): Figure[] {
  const last = measured.at(-1);
  const engine = `the engine alone, one thread: ${Math.round(enginePerSecond).toLocaleString("en")}`;
  return [
    figure(
      "decisions replayed a second",
      last === undefined ? Number.NaN : Math.round(last.perSecond),
      engine,
    ),
    figure(
      "memory of a replay",
      last?.mb ?? Number.NaN,
      `an export of ${Math.round(last?.exportMb ?? 0).toLocaleString("en")} MB`,
    ),
  ];
}
