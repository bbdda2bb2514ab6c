import { figure, type Figure } from "../figure.ts";
import { table } from "../table.ts";
import type { Measured, Report } from "./run.ts";

/** Formats a report as two tables: the times, and what they took. */
export function printApprovals({ operationSeconds, updatingSeconds, measured }: Report): string {
  return [
    `Requests at one service, made at once. An approval takes Azure ${operationSeconds} s, and the service ${updatingSeconds} s more.\n`,
    table(
      [...runHead, "last decided", "last Approved", "the floor", "ratio", "last Applied"],
      measured.map((each) => [...runOf(each), ...timesOf(each)]),
    ),
    "",
    table(
      [...runHead, "PUTs", "PUTs per decision", "ARM reads", "queries", "messages"],
      measured.map((each) => [...runOf(each), ...countsOf(each)]),
    ),
    "",
  ].join("\n");
}

const runHead = ["requests", "found by", "processes"];

function runOf({ requests, events, processes }: Measured): string[] {
  return [String(requests), events ? "events" : "sweeps", String(processes)];
}

function timesOf({ decidedSeconds, approvedSeconds, floorSeconds, appliedSeconds }: Measured): string[] {
  return [
    duration(decidedSeconds),
    duration(approvedSeconds),
    duration(floorSeconds),
    `${(approvedSeconds / floorSeconds).toFixed(2)}×`,
    duration(appliedSeconds),
  ];
}

function countsOf({ puts, decisions, reads, queries, messages }: Measured): string[] {
  return [puts, (puts / decisions).toFixed(2), reads, queries, messages].map(String);
}

/** Seconds as `5 h 24 min`, `3 min 15 s` or `7 s`. */
function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${whole % 60} s` : `${whole} s`;
}

/** The figure of ten requests that events report, with the most processes. */
export function figuresOf({ measured }: Report): Figure[] {
  const found = measured.findLast(({ requests, events }) => requests === 10 && events);
  const ratio = found === undefined ? Number.NaN : found.approvedSeconds / found.floorSeconds;
  return [
    figure(
      "the last of 10 approvals, as a multiple of Azure's own time",
      ratio,
      found && `Azure alone: ${duration(found.floorSeconds)}`,
    ),
  ];
}
