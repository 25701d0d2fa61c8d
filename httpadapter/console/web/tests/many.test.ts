import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import type { Page } from 'playwright-core';

import { Plane, program } from './plane';
import { button, closeBrowser, eventually, heading, view, visible } from './viewer';

const jobs = Number(process.env.JOBS ?? 0);
const skip = jobs ? false : 'JOBS is 0';

let folder: string;
let plane: Plane;

before(async () => {
  if (!jobs) return;
  folder = mkdtempSync(join(tmpdir(), 'jobledger-many-'));
  const file = process.env.MANY ?? join(folder, 'many.db');
  if (!process.env.MANY) execFileSync(program('CONSOLETEST'), ['many', file, String(jobs)], { stdio: 'inherit' });
  plane = await Plane.start('-history=false', '-store', `sqlite:${file}`);
});
after(async () => {
  await closeBrowser();
  if (!jobs) return;
  await plane.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Count is what a page asks the API, and how many bytes come of that and of its files. */
class Count {
  asked: string[] = [];
  bytes = 0;
  files = 0;

  /** rests waits until nothing more is asked. */
  async rests() {
    for (let before = -1; before !== this.asked.length; ) {
      before = this.asked.length;
      await new Promise((again) => setTimeout(again, 400));
    }
  }

  of = (page: Page) => {
    const isAPI = (url: string) => new URL(url).pathname.startsWith('/api/');
    page.on('request', (request) => isAPI(request.url()) && this.asked.push(request.url().slice(plane.url.length)));
    page.on('requestfinished', async (request) => {
      const { responseBodySize } = await request.sizes();
      if (isAPI(request.url())) this.bytes += responseBodySize;
      else this.files += responseBodySize;
    });
  };
}

const screens: [string, (page: Page) => Promise<unknown>][] = [
  ['/', (page) => visible(page.getByRole('heading', { name: 'Last and next 24 hours' }))],
  ['/jobs', (page) => visible(page.getByRole('table', { name: 'Jobs' }))],
];

for (const [path, shown] of screens) {
  test(`the first screen of ${path} asks and takes little with ${jobs} jobs`, { skip }, async (t) => {
    const count = new Count();
    await view(plane.url + path, { prepare: count.of }, async (page) => {
      await shown(page);
      const first = count.asked.filter((url) => !url.endsWith('/me/events')); // the stream is one more
      await count.rests();
      t.diagnostic(`${path}: ${first.length} requests until it is shown, ${count.asked.length} in all; ${count.bytes} bytes of answers, ${count.files} of files`);
      assert.ok(first.length <= 6, first.join('\n'));
      assert.ok(count.asked.length <= 10, count.asked.join('\n'));
      assert.ok(count.bytes > 0 && count.bytes < 200_000, `${count.bytes} bytes of answers`);
      assert.ok(count.files > 0 && count.files < 250_000, `${count.files} bytes of files`);
    });
  });
}

test('pages, filters and find reach any of many', { skip }, async () => {
  const last = `job-${String(jobs - 1).padStart(6, '0')}`;
  await view(`${plane.url}/jobs`, {}, async (page) => {
    await visible(page.getByText(/of .*1,000|of \d/).first());
    await button(page, 'Next').click();
    await page.waitForURL(/page=2/);
    await visible(page.getByRole('link', { name: 'job-000060', exact: true }));
    await page.getByRole('searchbox').fill(last);
    await visible(page.getByRole('link', { name: last, exact: true }));
    await page.goto(plane.url);
    await visible(page.getByRole('navigation', { name: 'Main' }));
    await page.keyboard.press('/');
    await page.keyboard.type(last);
    await eventually('one is found', async () => (await page.getByRole('option').count()) === 1);
    await page.keyboard.press('Enter');
    await heading(page, last);
    await page.goto(`${plane.url}/graph`);
    await heading(page, 'Dependencies');
    await page.goto(`${plane.url}/why`);
    await heading(page, /why/);
  });
});
