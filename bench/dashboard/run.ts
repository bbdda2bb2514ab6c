import type { Browser, CDPSession, Page } from "playwright-core";
import { findBrowser, startBrowser, widths } from "../../test/dashboard/browser.ts";
import { startPageServer } from "./page-server.ts";

export interface Options {
  /** Numbers of connections, each with a tenth as many services. */
  readonly sizes: readonly number[];
  /** Each visit has a browser context of its own, without a cache. */
  readonly visits: number;
  readonly progress: (step: string) => void;
}

/** How a list is shown, and how it scrolls. Medians of the visits. */
interface Shown {
  /** From the key, or from the start of the script, to the first frame with rows. */
  readonly tableMs: number;
  readonly rowsInDocument: number;
  /** The longest task of the browser's main thread while the whole list is scrolled through. */
  readonly longestTaskMs: number;
  readonly longTasks: number;
  /** Processor time of the main thread for each frame of the scroll. */
  readonly frameMs: number;
}

/** What was measured with each number of connections. */
export type Report = readonly SizeReport[];

export interface SizeReport {
  readonly connections: number;
  readonly services: number;
  /** Compressed bytes of the document, the script and the style, as they were transferred. */
  readonly weightBytes: number;
  /** Bytes of the first answer with every connection, and of a refresh when nothing changed. */
  readonly answerBytes: number;
  readonly refreshBytes: number;
  /** Bytes of the lists that the other views read: what is held, decisions, alerts and addresses. */
  readonly listBytes: number;
  /** From the request of the page to the first frame with the form that asks for the key. */
  readonly formMs: number;
  readonly page: Shown;
  /** The longest task while the list is filtered, letter by letter. */
  readonly longestFilterTaskMs: number;
  /** The longest task while the other views are opened, one after the other. */
  readonly longestViewTaskMs: number;
  /** The same list from the same answer in a page that puts every row into the document. */
  readonly plain: Shown;
}

/** Measures the page in a real browser, on rows in memory, beside a page that does nothing clever. */
export async function run({ sizes, ...options }: Options): Promise<Report> {
  const program = findBrowser();
  if (program === undefined) throw new Error("no Chromium is installed; CHROMIUM names one");
  const browser = await startBrowser(program);
  try {
    const reports: SizeReport[] = [];
    for (const connections of sizes) reports.push(await runSize(browser, connections, options));
    return reports;
  } finally {
    await browser.close();
  }
}

async function runSize(
  browser: Browser,
  connections: number,
  { visits, progress }: Omit<Options, "sizes">,
): Promise<SizeReport> {
  progress(`storing ${connections} connections`);
  const services = Math.ceil(connections / 10);
  const server = await startPageServer(connections, services);
  try {
    const dashboards: (Shown & OnDashboard)[] = [];
    const plain: Shown[] = [];
    for (let visit = 1; visit <= visits; visit++) {
      progress(`${connections} connections, visit ${visit} of ${visits}`);
      dashboards.push(await visitDashboard(browser, server.url));
      plain.push(await visitPlain(browser, server.url));
    }
    const medians = onDashboard.map((name) => [name, median(dashboards.map((visit) => visit[name]))]);
    return {
      connections,
      services,
      ...(Object.fromEntries(medians) as OnDashboard),
      page: shownIn(dashboards),
      plain: shownIn(plain),
    };
  } finally {
    await server.stop();
  }
}

const onDashboard = [
  "weightBytes",
  "answerBytes",
  "refreshBytes",
  "listBytes",
  "formMs",
  "longestFilterTaskMs",
  "longestViewTaskMs",
] as const;
/** What is measured of the dashboard alone. */
type OnDashboard = Pick<SizeReport, (typeof onDashboard)[number]>;

function shownIn(visits: readonly Shown[]): Shown {
  const of = (name: keyof Shown) => median(visits.map((visit) => visit[name]));
  return {
    tableMs: of("tableMs"),
    rowsInDocument: of("rowsInDocument"),
    longestTaskMs: of("longestTaskMs"),
    longTasks: of("longTasks"),
    frameMs: of("frameMs"),
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}

/**
 * Marks the first frame after an element has appeared, and the submission of the key. Times count from the start of the
 * navigation.
 */
const marks = `{
  const mark = (name, selector) => new Promise((done) => {
    const look = () => {
      if (document.querySelector(selector) === null) requestAnimationFrame(look);
      else requestAnimationFrame(() => done(performance.mark(name)));
    };
    requestAnimationFrame(look);
  });
  mark("form", "input[type=password]");
  window.tableShown = mark("table", "[role=table] [role=rowgroup]:last-child [role=row], tbody tr");
  addEventListener("submit", () => performance.mark("key"), true);
}`;

async function open(browser: Browser, url: string): Promise<{ page: Page; sizes: Map<string, number[]> }> {
  const context = await browser.newContext({ viewport: widths.wide });
  await context.addInitScript(marks);
  const page = await context.newPage();
  const sizes = new Map<string, number[]>();
  page.on("requestfinished", (request) => {
    const { pathname } = new URL(request.url());
    void request
      .sizes()
      .then(({ responseBodySize }) =>
        sizes.set(pathname, [...(sizes.get(pathname) ?? []), responseBodySize]),
      );
  });
  await page.goto(url);
  return { page, sizes };
}

/** Waits for the table, and returns the time of each mark. */
const markTimes = (page: Page) =>
  page.evaluate<Record<string, number>>(
    "tableShown.then(() => Object.fromEntries(performance.getEntriesByType('mark').map(({ name, startTime }) => [name, startTime])))",
  );

async function visitDashboard(browser: Browser, url: string): Promise<Shown & OnDashboard> {
  const { page, sizes } = await open(browser, `${url}/api/dashboard#/connections`);
  await page.getByLabel("Function key").fill("any");
  await page.getByRole("button", { name: "Open" }).click();
  const { form = 0, key = 0, table = 0 } = await markTimes(page);
  const scrolled = await scroll(page, "document.querySelector('[role=table]')");
  const filtered = await tasksDuring(page, () =>
    page
      .getByPlaceholder("name, service, rule, person or subscription")
      .pressSequentially("payments 77", { delay: 60 }),
  );
  const refreshed = page.waitForResponse("**/api/overview");
  await page.evaluate("dispatchEvent(new Event('online'))");
  await (await refreshed).finished();
  const [answerBytes = 0, refreshBytes = 0] = sizes.get("/api/overview") ?? [];
  const viewed = await tasksDuring(page, () => openViews(page));
  const files = [...sizes].filter(([path]) => path.startsWith("/api/dashboard"));
  await page.context().close();
  return {
    formMs: form,
    tableMs: table - key,
    ...scrolled,
    longestFilterTaskMs: Math.max(0, ...filtered),
    weightBytes: files.reduce((sum, [, [size = 0]]) => sum + size, 0),
    answerBytes,
    refreshBytes,
    listBytes: lists.reduce((sum, path) => sum + total(sizes.get(`/api/${path}`) ?? []), 0),
    longestViewTaskMs: Math.max(0, ...viewed),
  };
}

const lists = ["held", "decisions", "alerts", "addresses"];
const total = (sizes: readonly number[]) => sizes.reduce((sum, size) => sum + size, 0);

/** Opens the other views, each until everything in it is shown. */
async function openViews(page: Page): Promise<void> {
  for (const view of ["", "held", "services", "decisions", "addresses", "alerts"]) {
    await page.evaluate(`location.hash = "#/${view}"`);
    await page.locator("main h1:focus").waitFor();
    for (const loading of await page.locator(".loading").all()) await loading.waitFor({ state: "detached" });
  }
}

async function visitPlain(browser: Browser, url: string): Promise<Shown> {
  const { page } = await open(browser, `${url}/plain`);
  const { key = 0, table = 0 } = await markTimes(page);
  const scrolled = await scroll(page, "document.scrollingElement");
  await page.context().close();
  return { tableMs: table - key, ...scrolled };
}

/** Scrolls from the first row to the last, as far in each frame as a fast wheel does. */
async function scroll(page: Page, scroller: string): Promise<Omit<Shown, "tableMs">> {
  const rowsInDocument = await page.locator("[role=row], tr").count();
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const before = await mainThreadMs(session);
  let frames = 1;
  const tasks = await tasksDuring(page, async () => {
    frames = await page.evaluate<number>(`new Promise((done) => {
      const box = ${scroller};
      let frames = 0;
      const step = () => {
        frames++;
        box.scrollTop += 2000;
        if (box.scrollTop + box.clientHeight >= box.scrollHeight - 1) done(frames);
        else requestAnimationFrame(step);
      };
      step();
    })`);
  });
  const frameMs = ((await mainThreadMs(session)) - before) / frames;
  return { rowsInDocument, frameMs, longTasks: tasks.length, longestTaskMs: Math.max(0, ...tasks) };
}

async function mainThreadMs(session: CDPSession): Promise<number> {
  const { metrics } = await session.send("Performance.getMetrics");
  return (metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0) * 1_000;
}

/** Durations of the tasks over 50 ms, which is what browsers call long, during an action. */
async function tasksDuring(page: Page, act: () => Promise<unknown>): Promise<readonly number[]> {
  await page.evaluate(
    "window.tasks = []; window.observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map((each) => each.duration))); observer.observe({ type: 'longtask' })",
  );
  await act();
  return page.evaluate<number[]>("observer.disconnect(); window.tasks");
}
