import { createContext } from "preact";
import { useEffect, useState } from "preact/hooks";

/** Texts for people. Names and messages come from requesters: the page shows them as text and never as markup. */

/** In the reader's time zone, which the text names. */
const clock = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "long" });
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const units = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

export function exactTime(instant: string | number): string {
  const at = new Date(instant);
  return Number.isNaN(at.getTime()) ? String(instant) : clock.format(at);
}

export function relativeTime(instant: string | number, now: number): string {
  const seconds = Math.round((new Date(instant).getTime() - now) / 1_000);
  if (Number.isNaN(seconds)) return String(instant);
  const [unit, size] = units.find(([, each]) => Math.abs(seconds) >= each) ?? [undefined, 1];
  if (unit === undefined) return Math.abs(seconds) < 10 ? "just now" : relative.format(seconds, "second");
  return relative.format(Math.trunc(seconds / size), unit);
}

/** How long something has been so, such as "for 5 minutes". */
export function elapsedTime(instant: string, now: number): string {
  const seconds = (now - new Date(instant).getTime()) / 1_000;
  if (Number.isNaN(seconds)) return `since ${instant}`;
  const [unit, size] = units.find(([, each]) => seconds >= each) ?? [undefined, 1];
  return unit === undefined ? "for less than a minute" : `for ${plural(Math.trunc(seconds / size), unit)}`;
}

/** The day of an instant in the reader's time zone, as a field for a date takes it. */
export function localDay(at: Date): string {
  const [month, day] = [at.getMonth() + 1, at.getDate()].map((each) => String(each).padStart(2, "0"));
  return `${at.getFullYear()}-${month}-${day}`;
}

/**
 * The last moment of a day in the reader's time zone. Undefined where it is no day, such as one of a year with five
 * digits.
 */
export function endOfDay(day: string): Date | undefined {
  const end = new Date(`${day}T23:59:59`);
  return Number.isNaN(end.getTime()) ? undefined : end;
}

/**
 * The current time, renewed every ten seconds. One timer serves every time on the page: a table that is scrolled mounts
 * hundreds of them.
 */
export const Now = createContext(Date.now());

export function useTicking(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 10_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

const instant = /(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z)/;

/** A text in parts, so that the instants in it can be shown as times. */
export function textsAndTimes(text: string): readonly { readonly part: string; readonly isTime: boolean }[] {
  // What the expression captures stands at every second place.
  return text
    .split(instant)
    .map((part, index) => ({ part, isTime: index % 2 === 1 }))
    .filter(({ part }) => part !== "");
}

/** The last part of an ARM id. */
export function nameOf(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1);
}

/** The resource group of an ARM id, if it has one. */
export function groupOf(id: string): string {
  return /\/resourceGroups\/([^/]+)/i.exec(id)?.[1] ?? "";
}

/** The subscription of an ARM id, if it has one. */
export function subscriptionOf(id: string | undefined): string | undefined {
  return /^\/subscriptions\/([^/]+)/i.exec(id ?? "")?.[1];
}

export function serviceOf(connection: string): string {
  return connection.replace(/\/privateEndpointConnections\/.*$/i, "");
}

const shownMax = 300;

/** A value of the facts or of a policy, in one line. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return "absent";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > shownMax ? `${text.slice(0, shownMax)} …` : text;
}

export const plural = (count: number, one: string, many = `${one}s`) =>
  `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
