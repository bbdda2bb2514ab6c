import type { Page } from "playwright-core";
import { findBrowser, startBrowser, widths } from "../../test/dashboard/browser.ts";
import { startPageServer } from "./page-server.ts";

export interface Options {
  readonly connections: number;
  readonly services: number;
  readonly progress: (step: string) => void;
}

export interface Report {
  readonly connections: number;
  /** Compressed bytes of the document, the script and the style, as they were transferred. */
  readonly weightBytes: number;
  /** From the request of the page to the form that asks for the key. */
  readonly pageMs: number;
  /** From the key to the first rows of the table. */
  readonly tableMs: number;
  /** Rows in the document while it shows any number of them. */
  readonly rowsInDocument: number;
  /** The longest task of the browser's main thread while the whole table is scrolled through. */
  readonly longestTaskMs: number;
  readonly longTasks: number;
  /** The longest task while the list is filtered, letter by letter. */
  readonly longestFilterTaskMs: number;
}

/** Measures the page in a real browser, on rows in memory. */
export async function run({ connections, services, progress }: Options): Promise<Report> {
  const program = findBrowser();
  if (program === undefined) throw new Error("no Chromium is installed; CHROMIUM names one");
  progress(`storing ${connections} connections`);
  const [server, browser] = await Promise.all([
    startPageServer(connections, services),
    startBrowser(program),
  ]);
  try {
    const page = await browser.newPage({ viewport: widths.wide });
    let weightBytes = 0;
    page.on("response", (response) => {
      if (response.url().includes("/api/dashboard"))
        void response
          .request()
          .sizes()
          .then(({ responseBodySize }) => (weightBytes += responseBodySize));
    });
    progress("opening the page");
    const began = performance.now();
    await page.goto(`${server.url}/api/dashboard#/connections`);
    const key = page.getByLabel("Function key");
    await key.waitFor();
    const pageMs = performance.now() - began;
    await key.fill("any");
    const asked = performance.now();
    await page.getByRole("button", { name: "Open" }).click();
    const rows = page.getByRole("table").getByRole("row");
    await rows.nth(5).waitFor();
    const tableMs = performance.now() - asked;
    progress("scrolling and filtering");
    const scrolled = await tasksDuring(page, scrollThrough);
    const rowsInDocument = await rows.count();
    const filtered = await tasksDuring(page, () =>
      page
        .getByPlaceholder("name, service, rule, state or subscription")
        .pressSequentially("payments 77", { delay: 60 }),
    );
    return {
      connections,
      weightBytes,
      pageMs,
      tableMs,
      rowsInDocument,
      longTasks: scrolled.length,
      longestTaskMs: Math.max(0, ...scrolled),
      longestFilterTaskMs: Math.max(0, ...filtered),
    };
  } finally {
    await browser.close();
    await server.stop();
  }
}

/** Durations of the tasks over 50 ms, which is what browsers call long, during an action. */
async function tasksDuring(page: Page, act: (page: Page) => Promise<unknown>): Promise<readonly number[]> {
  await page.evaluate(
    "window.tasks = []; window.observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map((each) => each.duration))); observer.observe({ type: 'longtask' })",
  );
  await act(page);
  return page.evaluate<number[]>("observer.disconnect(); window.tasks");
}

/** Scrolls from the first row to the last, as far in each frame as a fast wheel does. */
async function scrollThrough(page: Page): Promise<void> {
  await page.evaluate(`new Promise((done) => {
    const table = document.querySelector("[role=table]");
    const step = () => {
      table.scrollTop += 2000;
      if (table.scrollTop + table.clientHeight >= table.scrollHeight - 1) done();
      else requestAnimationFrame(step);
    };
    step();
  })`);
}
