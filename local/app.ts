import { join } from "node:path";
import { root, startProcess, type ManagedProcess } from "./child-process.ts";

const startTimeoutMs = 30_000;

export interface App extends ManagedProcess {
  readonly url: string;
  readonly functions: readonly string[];
}

export interface AppOptions {
  /** The app's settings. Of this process's environment the app gets nothing but PATH. */
  readonly settings: Readonly<Record<string, string>>;
  readonly port: number;
  readonly masterKey: string;
  readonly functionKey: string;
  /** Who sends every request; see `principalOf`. */
  readonly principal?: string;
  /** The folder of the built app; the repository by default. */
  readonly folder?: string;
}

/** Starts the built app under our host, in a process of its own. Rejects with its output if it does not start. */
export async function startApp(options: AppOptions): Promise<App> {
  const child = launchApp(options);
  const [, url, functions] = await child.waitForLine(/^host: (\S+) \((.*)\)$/, startTimeoutMs);
  return { ...child, url: url ?? "", functions: (functions ?? "").split(", ") };
}

/** Starts the app without waiting until it is ready, for tests in which it fails. */
export function launchApp(options: AppOptions): ManagedProcess {
  const { settings, port, masterKey, functionKey, principal, folder = root } = options;
  return startProcess(join(root, "host/main.ts"), {
    args: ["--app", folder, "--port", String(port)],
    folder,
    environment: {
      PATH: process.env.PATH,
      ...settings,
      HOST_MASTER_KEY: masterKey,
      HOST_FUNCTION_KEY: functionKey,
      ...(principal === undefined ? {} : { HOST_PRINCIPAL: principal }),
    },
  });
}
