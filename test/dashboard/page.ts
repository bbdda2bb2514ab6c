import type { BrowserContext, BrowserContextOptions, Request } from "playwright-core";
import { afterAll, afterEach, beforeAll } from "vitest";
import { startPageServer, type PageServer } from "../../bench/dashboard/page-server.ts";
import { eventually } from "../scenarios/inspect.ts";
import { findBrowser, openPage, sharedBrowser, signInWith, widths, type Watched } from "./browser.ts";

/**
 * Answers of the API by path, without `/api/`: `held?top=100` or `held`. They take the place of the quiet app's own.
 */
type Answers = Readonly<Record<string, unknown>>;

/** The page of an app to which nothing has happened, in a browser; a test replaces the answers that it is about. */
export interface Pages {
  open(answers: Answers, place?: string, options?: BrowserContextOptions): Promise<Watched>;
}

/**
 * Serves the page during the tests of a file, and closes it afterwards. `hasSignIn` is whether App Service
 * authentication is on.
 */
export function usePages({ hasSignIn = false } = {}): Pages {
  const contexts: BrowserContext[] = [];
  let server: PageServer | undefined;
  beforeAll(async () => {
    server = await startPageServer(0, 1, { hasSignIn });
  });
  // A page that stays open goes on asking, and painting what it is told.
  afterEach(async () => {
    await Promise.all(contexts.splice(0).map((each) => each.close()));
  });
  afterAll(() => server?.stop());
  return {
    open: async (answers, place = "", options = {}) => {
      if (server === undefined) throw new Error("the server has not started");
      const browser = await sharedBrowser();
      const context = await browser.newContext({ viewport: widths.wide, ...options });
      contexts.push(context);
      context.setDefaultTimeout(30_000);
      await context.clock.install();
      await context.route("**/api/**", async (route) => {
        const { pathname, search } = new URL(route.request().url());
        const path = pathname.replace(/^\/api\//, "");
        const answer = answers[`${path}${search}`] ?? answers[path];
        if (answer === undefined) return route.fallback();
        return answer instanceof Refused
          ? route.fulfill({ status: answer.status, json: { title: answer.title } })
          : route.fulfill({ json: answer });
      });
      const watched = await openPage(context, `${server.url}/api/dashboard${place}`);
      await signInWith(watched, "any");
      return watched;
    },
  };
}

/** An answer of the API that refuses. */
export class Refused {
  readonly status: number;
  readonly title: string;
  constructor(status: number, title: string) {
    this.status = status;
    this.title = title;
  }
}

export const hasBrowser = findBrowser() !== undefined;

/** Lets time pass on a page, in steps; what it asks for is answered in between. */
export async function pass({ page }: Watched, minutes: number): Promise<void> {
  const open = new Set<Request>();
  const asks = (request: Request) => open.add(request);
  const ends = (request: Request) => open.delete(request);
  page.on("request", asks).on("requestfinished", ends).on("requestfailed", ends);
  for (let steps = 0; steps < minutes * 6; steps++) {
    await page.clock.runFor(10_000);
    // A request that a timer starts is reported before the next answer of the page itself.
    await page.evaluate("fetch('/api/access').then((answer) => answer.text()).catch(() => '')");
    await eventually(async () => {
      if (open.size > 0) throw new Error("the page still waits for answers");
    });
  }
  page.off("request", asks).off("requestfinished", ends).off("requestfailed", ends);
}
