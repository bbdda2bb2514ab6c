#!/usr/bin/env node
import { systemClock } from "../lib/clock.ts";
import { run } from "./run.ts";

process.exitCode = await run(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  environment: process.env,
  folder: process.cwd(),
  fetch,
  clock: systemClock,
});
