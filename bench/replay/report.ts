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
