import { describe, expect, it } from "vitest";
import { dayMs, hourMs, minuteMs } from "../clock.ts";
import { parseNcrontab } from "./ncrontab.ts";

describe("a schedule", () => {
  it.each([
    ["* * * * * *", minuteMs],
    ["*/2 * * * * *", minuteMs],
    ["0 */5 * * * *", 5 * minuteMs],
    ["0  */15 * * * *", 15 * minuteMs],
    ["0 5/20 * * * *", 20 * minuteMs],
    ["0 0-30/10 * * * *", 30 * minuteMs],
    ["0 10,25,40 * * * *", 30 * minuteMs],
    ["30 05 * * * *", hourMs],
    ["0 0 9-17 * * *", 16 * hourMs],
    ["0 0 0 * * *", dayMs],
    ["0 0 */23 * * *", 23 * hourMs],
    ["0 */60 * * * *", hourMs],
    ["0 0 9-17 * * 1-5", dayMs],
    ["0 30 9 * Jan Mon", dayMs],
    ["0 0 0 * january,FeB,Mar,april,May,JuNE,July,Augu,SEPT-October,Nov,DECEM sunday-saturday", dayMs],
    ["0 0 0 29 2 *", dayMs],
    ["0 0 0 31 * *", dayMs],
    ["0 0 0 * * *,1", dayMs],
  ])("may be %s, with at most %i ms between runs", (text, periodMs) => {
    expect(parseNcrontab(text)).toMatchObject({ periodMs });
  });

  it.each([
    ["0 */5 * * * *", true],
    ["0 0 0 1-31 1-12 0-6", true],
    ["0 0 0 * * 1-5", false],
    ["0 0 0 */2 * *", false],
    ["0 0 0 * */2 *", false],
  ])("%s runs every day: %s", (text, everyDay) => {
    expect(parseNcrontab(text)).toMatchObject({ everyDay });
  });

  it.each([
    [
      "out of a field's range",
      ["60 * * * * *", "* 60 * * * *", "* * 24 * * *", "* * * 0 * *", "* * * 32 * *"],
    ],
    ["out of a field's range, of months and weekdays", ["* * * * 0 *", "* * * * 13 *", "* * * * * 7"]],
    ["longer than any value", ["100 * * * * *", "0 005 * * * *", "0 1e1 * * * *"]],
    ["no name", ["0 */5 * * * MOO", "* * * * Janx *", "* * * * * Mond4y", "MON * * * * *", "* * * Jan * *"]],
    ["a name that is cut too short", ["* * * * J *", "* * * * Ma *", "* * * * * S"]],
    ["signed", ["0 +5 * * * *", "0 -5 * * * *", "0 */-5 * * * *", "0 */+5 * * * *"]],
    ["a range that runs backwards", ["0 0 22-2 * * *", "* * * * Dec-Jan *", "* * * * * Fri-Sun"]],
    ["half a range", ["0 5- * * * *", "0 -5 * * * *", "0 1-2-3 * * * *", "0 *-5 * * * *"]],
    [
      "a step that is none",
      ["0 */0 * * * *", "0 */90 * * * *", "0 */ * * * *", "0 /5 * * * *", "0 */5/2 * * * *"],
    ],
    ["an empty member", ["0 1,,2 * * * *", "0 ,1 * * * *", "0 1, * * * *", "0 , * * * *"]],
    [
      "another cron's",
      ["0 0 0 L * *", "0 0 0 15W * *", "0 0 0 * * 5#2", "0 0 0 ? * *", "0 H * * * *", "0 0 0 LW * *"],
    ],
    [
      "of too few or too many fields",
      ["*/5 * * * *", "0 */5 * * * * *", "@hourly", "hourly", "", "0\t*/5 * * * *"],
    ],
    ["never", ["0 0 0 31 2 *", "0 0 0 30,31 Feb *", "0 0 0 31 4,6,9,11 *"]],
    ["a time span", ["00:05:00", "1.00:00:00", "00:05"]],
  ])("is refused if it is %s", (_, texts) => {
    for (const text of texts) expect([text, Array.isArray(parseNcrontab(text))]).toEqual([text, true]);
  });

  it("reports all of its problems with their fields", () => {
    expect(parseNcrontab("99 1,, * * 13,Dez 7/0")).toEqual([
      'second "99": a value must be 0 to 59',
      'minute "1,,": a member of the list is empty',
      'month "13,Dez": a value must be 1 to 12, or a name such as january',
      'day of week "7/0": a step must be 1 to 7',
    ]);
  });

  it("explains on which plans a time span runs", () => {
    expect(parseNcrontab("00:05:00")).toEqual([expect.stringContaining("App Service plans alone")]);
  });
});
