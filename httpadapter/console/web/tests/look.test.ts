import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

import { Plane } from './plane';
import { button, choose, closeBrowser, dialog, eventually, heading, view, visible } from './viewer';

let plane: Plane;
let jobId: string;
let runId: string;

before(async () => {
  plane = await Plane.start();
  jobId = await plane.jobID('nightly-sales');
  runId = (await plane.call(`/workloads/jobs/${jobId}/runs?limit=1`)).items[0].id;
  await plane.call(`/workloads/jobs/${jobId}/draft`, { method: 'POST' }).catch(() => null); // it may have one
  await plane.call(`/workloads/jobs/${jobId}/draft`, { method: 'PATCH', body: { cronExpression: '0 5 * * *' } });
});
after(async () => {
  await closeBrowser();
  await plane.stop();
});

const screens = (): [string, (page: Page) => Promise<unknown>][] => [
  ['', (page) => visible(page.getByRole('heading', { name: 'Paused' }))],
  ['jobs', (page) => visible(page.getByRole('table', { name: 'Jobs' }))],
  [`jobs/${jobId}/runs`, (page) => visible(page.getByRole('table', { name: 'Runs and ticks' }))],
  [`jobs/${jobId}/schedule`, (page) => visible(page.getByRole('heading', { name: 'Ticks that did not simply succeed' }))],
  [`jobs/${jobId}/versions`, (page) => visible(page.getByRole('table', { name: 'Settings that differ' }))],
  [`jobs/${jobId}/draft`, (page) => visible(page.locator('#what').getByText(/gained/).first())],
  [`jobs/${jobId}/access`, (page) => visible(page.getByRole('heading', { name: 'Who may do what' }))],
  [`jobs/${jobId}/activity`, (page) => visible(page.getByRole('table'))],
  [`jobs/${jobId}/runs/${runId}`, (page) => visible(page.getByRole('heading', { name: 'Facts' }))],
  ['why', (page) => visible(page.getByRole('table').first())],
  ['graph', (page) => heading(page, 'Dependencies')],
  ['nowhere', (page) => visible(page.getByRole('heading', { name: 'There is nothing here' }))],
];

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** faultsOf is what axe finds in the page, or within a part of it. */
async function faultsOf(page: Page, within = 'html'): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(rules).include(within).analyze();
  return violations.flatMap((v) => v.nodes.map((node) => `${v.id}: ${v.help}: ${node.html.slice(0, 200)} (${node.target.join(' ')}) ${node.failureSummary?.split('\n')[1]?.trim() ?? ''}`));
}

const overflow = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

for (const dark of [false, true]) {
  for (const width of [1440, 360]) {
    test(`axe finds nothing, and nothing scrolls sideways: ${dark ? 'dark' : 'light'}, ${width} px`, async () => {
      const found: string[] = [];
      await view(`${plane.url}/`, { dark, width }, async (page) => {
        for (const [path, shown] of screens()) {
          await page.goto(`${plane.url}/${path}`);
          await shown(page);
          found.push(...(await faultsOf(page)).map((fault) => `/${path}: ${fault}`));
          const over = await overflow(page);
          if (over > 0) found.push(`/${path}: scrolls sideways by ${over} px`);
        }
      });
      assert.deepEqual(found, []);
    });

    test(`axe finds nothing in what floats: ${dark ? 'dark' : 'light'}, ${width} px`, async () => {
      const found: string[] = [];
      await view(`${plane.url}/jobs/${jobId}/schedule`, { dark, width }, async (page) => {
        const look = async (what: string) => {
          await visible(dialog(page));
          found.push(...(await faultsOf(page)).map((fault) => `${what}: ${fault}`));
          await page.keyboard.press('Escape');
        };
        await button(page, 'Run now…').click();
        await look('run');
        await button(page, /Pause until/).click();
        await look('pause');
        await button(page, 'Backfill…').click();
        await look('backfill');
        await choose(page, /labels/);
        await look('details');
        await choose(page, 'Delete…');
        await look('delete');
        await button(page, 'Find a job').click();
        await visible(page.getByRole('option').first());
        await look('find');
        await page.keyboard.press('?');
        await look('keys');
        await button(page, 'More actions').click();
        // What an open menu covers cannot be touched, and need not be.
        found.push(...(await faultsOf(page, '.menu-list')).map((fault) => `menu: ${fault}`));
      });
      await view(plane.url, { dark, width, token: null }, async (page) => {
        await heading(page, 'Sign in');
        found.push(...(await faultsOf(page)).map((fault) => `sign in: ${fault}`));
      });
      assert.deepEqual(found, []);
    });
  }
}

const hostile = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;

test('what people wrote is shown as the text that it is', async () => {
  const id = await plane.makeJob('hostile', {
    description: hostile,
    labels: { tier: hostile.slice(0, 63) },
    config: { sql: { source: `select '${hostile.replaceAll("'", "''")}'` } },
    parameters: { day: hostile },
    cronExpression: '0 3 1 1 *',
  }).catch((error: Error) => assert.fail(error.message));
  await plane.call(`/workloads/jobs/${id}/versions`, { method: 'POST', body: { description: `2 ${hostile}`, config: { sql: { source: `-- ${hostile}\nselect 1 from nothing_there` } } } });
  await plane.call(`/workloads/jobs/${id}/draft`, { method: 'POST' });
  await plane.call(`/workloads/jobs/${id}/draft`, { method: 'PATCH', body: { description: `3 ${hostile}` } });
  const run = await plane.call(`/workloads/jobs/${id}/runs`, { method: 'POST', body: { parameters: { day: `4 ${hostile}` } } });
  await eventually('the run has failed', async () => !!(await plane.call(`/workloads/jobs/${id}/runs/${run.id}`)).finishedAt);
  await plane.call('/workloads/hold', { method: 'PUT', body: { reason: hostile } });
  try {
    await view(plane.url, {}, async (page) => {
      for (const path of ['', 'jobs', ...['runs', 'schedule', 'versions', 'draft', 'access', 'activity', `runs/${run.id}`].map((tab) => `jobs/${id}/${tab}`), 'why', 'graph']) {
        await page.goto(`${plane.url}/${path}`);
        await visible(page.getByText(hostile).first());
        assert.equal(await page.locator('main img, main script').count(), 0, path);
        assert.doesNotMatch(await page.title(), /owned/, path);
      }
    });
  } finally {
    await plane.call('/workloads/hold', { method: 'DELETE' });
  }
});
