/** A local day of the week and time of day. */
export interface WallClock {
  /** 0 is Sunday. */
  readonly weekday: number;
  /** Minutes after midnight. */
  readonly time: number;
}

export const weekdays: readonly string[] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** Creating a format takes a hundred times as long as using it, and policies use few time zones. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** @throws {RangeError} if this is not the IANA name of a time zone */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const found = formats.get(timeZone);
  if (found !== undefined) return found;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
  });
  formats.set(timeZone, format);
  return format;
}

export function isTimeZone(name: string): boolean {
  try {
    return formatOf(name).format(0) !== "";
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/**
 * The local time in a time zone, from milliseconds since 1970.
 * @throws {RangeError} if this is not the IANA name of a time zone
 */
export function wallClockIn(timeZone: string): (ms: number) => WallClock {
  const format = formatOf(timeZone);
  return (ms) => {
    const parts = new Map(format.formatToParts(ms).map(({ type, value }) => [type, value]));
    const time = Number(parts.get("hour")) * 60 + Number(parts.get("minute"));
    return { weekday: weekdays.indexOf(parts.get("weekday") ?? ""), time };
  };
}
