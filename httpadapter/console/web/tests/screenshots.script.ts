/** Pictures of the screens with the demo, for the README: docs/images. */

import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import type { Page } from 'playwright-core';

import { Plane } from './plane';
import { closeBrowser, heading, theBrowser, view, visible } from './viewer';

const folder = fileURLToPath(new URL('../../../../../docs/images/', import.meta.url));
mkdirSync(folder, { recursive: true });
const plane = await Plane.start();
const job = await plane.jobID('nightly-sales');
const failed = await plane.jobID('broken-report');
const run = (await plane.call(`/workloads/jobs/${failed}/runs?status=failed&limit=1`)).items[0].id;
if ((await plane.job(job)).draftVersion === null) await plane.call(`/workloads/jobs/${job}/draft`, { method: 'POST' });
await plane.call(`/workloads/jobs/${job}/draft`, { method: 'PATCH', body: { cronExpression: '30 2,14 * * *' } });

const table = (page: Page) => visible(page.getByRole('table').first());
const screens: [string, string, (page: Page) => Promise<unknown>, boolean?][] = [
  ['overview', '', (page) => visible(page.getByRole('heading', { name: 'Paused' })), true],
  ['jobs', 'jobs', table],
  ['job-runs', `jobs/${job}/runs`, table],
  ['schedule', `jobs/${job}/schedule`, table],
  ['versions', `jobs/${job}/versions`, (page) => visible(page.getByRole('table', { name: 'Settings that differ' }))],
  ['draft', `jobs/${job}/draft`, (page) => visible(page.locator('#what').getByText(/gained/).first())],
  ['run', `jobs/${failed}/runs/${run}`, (page) => visible(page.getByRole('heading', { name: 'Facts' })), true],
  ['why', 'why', table],
  ['graph', 'graph', (page) => heading(page, 'Dependencies')],
];

try {
  for (const [name, path, shown, both] of screens) {
    for (const dark of both ? [false, true] : [false]) {
      await view(`${plane.url}/${path}`, { dark }, async (page) => {
        await shown(page);
        await visible(page.locator('.live').getByText('Live', { exact: true }));
        await page.waitForTimeout(500); // charts draw in a frame of their own
        await page.screenshot({ path: `${folder}${name}${dark ? '-dark' : ''}.png` });
      });
    }
  }
} finally {
  await (await theBrowser()).close();
  await closeBrowser();
  await plane.stop();
}
