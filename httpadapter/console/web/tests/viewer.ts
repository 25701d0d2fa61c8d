/** A viewer: a browser's tab, in which nothing may go wrong unseen. */

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';

import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core';

export type Options = {
  token?: string | null;
  width?: number;
  height?: number;
  dark?: boolean;
  zone?: string;
  /** What the console of the browser may say, where a test makes the API fail. */
  allow?: RegExp;
  /** Is called before the page is asked for. */
  prepare?: (page: Page) => void;
};

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export function chromiumPath(): string {
  const path = process.env.CHROMIUM ?? places.find((place) => existsSync(place));
  if (!path) throw new Error('no Chromium: set CHROMIUM to its path');
  return path;
}

let browser: Promise<Browser> | undefined;

export const theBrowser = () => (browser ??= chromium.launch({ executablePath: chromiumPath() }));

export async function closeBrowser() {
  await (await browser)?.close();
  browser = undefined;
}

/** How long something may take on a machine that is busy. */
export const patience = 15_000;

/** watched has everything that goes wrong in a context's pages: errors, violations of the policy, requests to other hosts. */
function watched(context: BrowserContext, home: string, allow: RegExp | undefined): string[] {
  const faults: string[] = [];
  const fault = (text: string) => {
    if (!allow?.test(text)) faults.push(text);
  };
  context.on('console', (message) => {
    if (['error', 'warning', 'assert'].includes(message.type())) fault(`console: ${message.text()} (${message.location().url})`);
  });
  context.on('weberror', (error) => fault(`page: ${error.error().stack}`));
  context.on('request', (request) => {
    if (new URL(request.url()).origin !== home) fault(`request to another host: ${request.url()}`);
  });
  return faults;
}

/** view opens a tab at a URL, signed in, and fails when anything went wrong in it. */
export async function view(url: string, options: Options, look: (page: Page, context: BrowserContext) => Promise<void>) {
  const { token = 'demo-admin', width = 1440, height = 900, dark = false, zone = 'Europe/Berlin', allow, prepare } = options;
  const context = await (await theBrowser()).newContext({
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    timezoneId: zone,
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(patience);
  const faults = watched(context, new URL(url).origin, allow);
  if (token) await context.addInitScript(keepToken, token);
  const page = await context.newPage();
  prepare?.(page);
  try {
    await page.goto(url);
    await look(page, context);
    assert.deepEqual(faults, []);
  } catch (error) {
    if (faults.length && error instanceof Error) error.message += `\nin the page: ${faults.join('\n')}`;
    throw error;
  } finally {
    await context.close();
  }
}

/** keepToken puts the token where the console keeps it, whatever its path. */
function keepToken(token: string) {
  document.addEventListener('readystatechange', () => {
    const base = new URL('.', document.baseURI).pathname.replace(/\/+$/, '');
    sessionStorage.setItem(`jobledger-token ${base}`, token);
  });
}

/** eventually asks until it is so. */
export async function eventually(what: string, so: () => Promise<boolean>) {
  const end = Date.now() + patience;
  while (!(await so())) {
    if (Date.now() > end) assert.fail(`it never came to be: ${what}`);
    await new Promise((again) => setTimeout(again, 50));
  }
}

export const visible = (locator: Locator) => locator.waitFor({ state: 'visible' });
export const gone = (locator: Locator) => locator.waitFor({ state: 'detached' });
export const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' });
export const dialog = (page: Page) => page.getByRole('dialog');

/** heading waits for a screen's heading. */
export const heading = (page: Page, name: string | RegExp) => visible(page.getByRole('heading', { level: 1, name }));

/** toast waits until the page says so. */
export const toast = (page: Page, text: string | RegExp) => visible(page.locator('.toast').filter({ hasText: text }));

/** choose opens the menu of more actions and chooses one. */
export async function choose(page: Page, name: string | RegExp) {
  await button(page, 'More actions').click();
  await page.getByRole('menuitem', { name }).click();
}
