import { join } from "node:path";
import { root, startPart, type Part } from "./process.ts";

const startTimeoutMs = 30_000;

export interface App extends Part {
  readonly url: string;
  readonly functions: readonly string[];
}

export interface AppOptions {
  /** The app's settings; nothing of this process's own environment reaches it but what a process needs to run. */
  readonly settings: Readonly<Record<string, string>>;
  readonly port: number;
  readonly masterKey: string;
  readonly functionKey: string;
  /** Where the built app is; the repository where none is given. */
  readonly folder?: string;
}

/** The built app under our host, in a process of its own. Rejects with what it printed where it does not start. */
export async function startApp(options: AppOptions): Promise<App> {
  const part = launchApp(options);
  const [, url, functions] = await part.line(/^host: (\S+) \((.*)\)$/, startTimeoutMs);
  return { ...part, url: url ?? "", functions: (functions ?? "").split(", ") };
}

/** Starts it without waiting: for those that watch it fail. */
export function launchApp({ settings, port, masterKey, functionKey, folder = root }: AppOptions): Part {
  return startPart(join(root, "host/main.ts"), {
    args: ["--app", folder, "--port", String(port)],
    folder,
    environment: {
      PATH: process.env.PATH,
      ...settings,
      HOST_MASTER_KEY: masterKey,
      HOST_FUNCTION_KEY: functionKey,
    },
  });
}
