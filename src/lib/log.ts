import type { Clock } from "./clock.ts";

export type LogFields = Readonly<Record<string, unknown>>;

/** Structured logging: messages are static, facts are fields. */
export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

type Write = (line: string) => void;

/**
 * One JSON object a line. JSON escapes control characters, so that a requester's text cannot forge a line; what
 * JSON leaves alone but a terminal obeys (C1 controls, bidirectional overrides, line separators) is escaped too.
 */
export function jsonLog(write: Write, clock: Clock): Log {
  const at =
    (level: string) =>
    (message: string, fields: LogFields = {}) => {
      const text = JSON.stringify({ time: clock.now().toISOString(), level, message, ...fields });
      write(text.replaceAll(/[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, escape));
    };
  return { info: at("info"), warn: at("warn"), error: at("error") };
}

function escape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
