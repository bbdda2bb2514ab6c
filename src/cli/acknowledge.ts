import { userInfo } from "node:os";
import { appAt } from "./app.ts";
import { oneOf, readArguments } from "./arguments.ts";
import { CannotRun, findings, fine, type Command } from "./command.ts";

export const acknowledge: Command = {
  name: "acknowledge",
  summary: "say that addresses which drifted are right from now on",
  usage: `drawbridge acknowledge --resource <ARM id> --addresses <a,b,...|none> --reason <why>
                       [--kind public|private|outbound] [--location <region>] [--by <who>]

Name all that is there now of what drifted, so that nothing is acknowledged that nobody looked at; drawbridge
addresses --drifted yes shows it. Without --kind and --location it is about everything of the resource that drifted.
Who says so is recorded: --by, or else the name of this machine's user. Asks the running app, at DRAWBRIDGE_URL
(default http://127.0.0.1:7071), with the function key in DRAWBRIDGE_KEY.

Exits with 0 where they are right from now on (or were already), 1 where the app refuses, and says why.`,
  run: async (args, terminal) => {
    const names = ["resource", "addresses", "reason", "kind", "location", "by"];
    const { paths, options } = readArguments(args, names);
    const { resource, addresses, reason, location, by = userInfo().username } = options;
    if (paths.length > 0 || resource === undefined || addresses === undefined || reason === undefined)
      throw new CannotRun("--resource, --addresses and --reason are needed");
    const kind = oneOf("kind", options.kind, ["public", "private", "outbound"]);
    const listed = addresses === "none" ? [] : addresses.split(",").map((each) => each.trim());
    const answer = await appAt(terminal).acknowledge({
      resource,
      addresses: listed,
      reason,
      by,
      ...(kind === undefined ? {} : { kind }),
      ...(location === undefined ? {} : { location }),
    });
    if (answer.kind === "refused") {
      terminal.err(`drawbridge acknowledge: ${answer.why}\n`);
      return findings;
    }
    terminal.out(
      answer.value.outcome === "unchanged" ? "they are held to be right already\n" : "acknowledged\n",
    );
    return fine;
  },
};
