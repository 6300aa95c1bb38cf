import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { SpectraClient } from '../../../../client/node.ts';
import type { LocalOptions } from '../../../../local/start.ts';
import { startBrowser } from '../../../../scripts/console/chromium.ts';
import { type Service, startService, withPages } from '../../harness.ts';

/** Runs for hours unless it is cancelled. */
export const endless = `SELECT COUNT(*) AS n FROM generate_series(1, 1000000) AS a(x), generate_series(1, 1000000) AS b(y)
  WHERE x + y = 3`;

/** Ms: engines, bundles and a browser, on a machine that has other things to do. */
const slowStart = 180_000;

/** A service, its console, and a page of a browser that has nothing of the tests before. */
export interface ConsoleSuite {
  readonly service: Service;
  readonly browser: Browser;
  readonly client: SpectraClient;
  readonly page: Page;
  /** Address of the console. */
  readonly url: string;
  /** Signs in, as the tenant `demo` unless it is told otherwise, and goes to a place. */
  signIn: (place?: string, key?: string) => Promise<void>;
  heading: (name: string) => Locator;
  /** Another place of the page that is signed in. */
  visit: (place: string) => Promise<void>;
}

/** Sets up a suite of tests, each with a page of its own; what the browser's console complains of fails them. */
export function consoleSuite(options: LocalOptions = {}): ConsoleSuite {
  let service: Service;
  let browser: Browser;
  let client: SpectraClient;
  let context: BrowserContext;
  let page: Page;
  let complaints: string[];
  beforeAll(async () => {
    [service, browser] = await Promise.all([
      startService({ ...options, settings: { ...withPages, ...options.settings } }),
      startBrowser(),
    ]);
    client = new SpectraClient({ url: service.aws.apiUrl, apiKey: service.aws.apiKey });
  }, slowStart);
  afterAll(async () => {
    await browser.close();
    await service.stop();
  });
  beforeEach(async () => {
    context = await browser.newContext({
      viewport: { width: 1280, height: 900 },
      // A dialog that fades in is read while it is pale.
      reducedMotion: 'reduce',
    });
    page = await context.newPage();
    complaints = [];
    // A refused script or a broken component says so there; that a request failed is for the page to say.
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
  });
  afterEach(async () => {
    await context.close();
    expect(complaints).toEqual([]);
  });
  const consoleUrl = () => `${service.aws.apiUrl}/console/index.html`;
  return {
    get service() {
      return service;
    },
    get browser() {
      return browser;
    },
    get client() {
      return client;
    },
    get page() {
      return page;
    },
    get url() {
      return consoleUrl();
    },
    signIn: async (place = '', key = service.aws.apiKey) => {
      await page.goto(`${consoleUrl()}${place}`);
      await page.getByLabel('Address of the API').fill(service.aws.apiUrl);
      await page.getByRole('textbox', { name: 'API key or token' }).fill(key);
      await page.getByRole('button', { name: 'Sign in' }).click();
    },
    heading: (name) => page.getByRole('heading', { level: 1, name }),
    visit: async (place) => {
      await page.goto(`${consoleUrl()}${place}`);
    },
  };
}
