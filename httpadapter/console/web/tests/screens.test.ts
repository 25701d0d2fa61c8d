import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { Page } from 'playwright-core';

import { Plane } from './plane';
import { button, closeBrowser, eventually, heading, view, visible } from './viewer';

let plane: Plane;
let jobId: string;
let runId: string;

before(async () => {
  plane = await Plane.start();
  jobId = await plane.jobID('orders-import');
  runId = (await plane.call(`/workloads/jobs/${jobId}/runs?limit=1`)).items[0].id;
});
after(async () => {
  await closeBrowser();
  await plane.stop();
});

/** Each screen, how a click opens it, its path and what it shows then. */
const screens = (): { name: string; open: (page: Page) => Promise<void>; path: string; shows: (page: Page) => Promise<void> }[] => {
  const main = (name: string) => (page: Page) => page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name }).click();
  const tab = (name: string) => (page: Page) => page.getByRole('navigation', { name: 'Job', exact: true }).getByRole('link', { name }).click();
  const h2 = (name: string | RegExp) => (page: Page) => visible(page.getByRole('heading', { level: 2, name }).first());
  return [
    { name: 'Jobs', open: main('Jobs'), path: '/jobs', shows: (page) => visible(page.getByRole('table', { name: 'Jobs' })) },
    { name: 'Job', open: (page) => page.getByRole('link', { name: 'orders-import', exact: true }).first().click(), path: `/jobs/${jobId}`, shows: (page) => heading(page, 'orders-import') },
    { name: 'Schedule', open: tab('Schedule'), path: `/jobs/${jobId}/schedule`, shows: h2('Ticks that did not simply succeed') },
    { name: 'Versions', open: tab('Versions'), path: `/jobs/${jobId}/versions`, shows: h2('Ledger') },
    { name: 'Draft', open: tab('Draft'), path: `/jobs/${jobId}/draft`, shows: h2(/draft/i) },
    { name: 'Access', open: tab('Access'), path: `/jobs/${jobId}/access`, shows: h2('Who may do what') },
    { name: 'Activity', open: tab('Activity'), path: `/jobs/${jobId}/activity`, shows: (page) => visible(page.getByRole('table', { name: /newest first/ })) },
    { name: 'Runs', open: tab('Runs'), path: `/jobs/${jobId}/runs`, shows: (page) => visible(page.getByRole('table', { name: 'Runs and ticks' })) },
    { name: 'Run', open: (page) => page.locator(`a[href$="/runs/${runId}"]`).first().click(), path: `/jobs/${jobId}/runs/${runId}`, shows: h2('Facts') },
    { name: 'Why', open: main('Why'), path: '/why', shows: (page) => heading(page, /why/) },
    { name: 'Graph', open: main('Graph'), path: '/graph', shows: (page) => heading(page, 'Dependencies') },
    { name: 'Overview', open: main('Overview'), path: '/', shows: h2('Last and next 24 hours') },
  ];
};

for (const token of ['demo-admin', 'demo-contributor', 'demo-viewer']) {
  test(`each screen opens by click and by reload for ${token}`, async () => {
    await view(plane.url, { token }, async (page) => {
      for (const screen of screens()) {
        await screen.open(page);
        await page.waitForURL(plane.url + screen.path);
        await screen.shows(page);
        await page.reload();
        await screen.shows(page);
        assert.equal(page.url(), plane.url + screen.path, screen.name);
        assert.match(await page.title(), / · jobledger$/);
      }
    });
  });
}

test('back and forward go through the screens', async () => {
  await view(`${plane.url}/jobs`, {}, async (page) => {
    await page.getByRole('link', { name: 'orders-import', exact: true }).click();
    await heading(page, 'orders-import');
    await page.goBack();
    await heading(page, 'Jobs');
    await page.goForward();
    await heading(page, 'orders-import');
  });
});

test('a token is asked for, refused when unknown, kept in the tab, and forgotten', async () => {
  await view(`${plane.url}/why`, { token: null, allow: /401/ }, async (page) => {
    await heading(page, 'Sign in');
    await page.locator('input[name=token]').fill('nobody');
    await button(page, 'Sign in').click();
    await visible(page.getByText('The API does not know this token'));
    await page.getByRole('button', { name: /^viewer/ }).click();
    await heading(page, /why/);
    await page.reload();
    await heading(page, /why/);
    await button(page, 'Sign out').click();
    await heading(page, 'Sign in');
    await page.reload();
    await heading(page, 'Sign in');
  });
});

/** What each viewer is offered on a job's screens, and what not. */
const offers = [
  { token: 'demo-admin', run: true, edit: true, grant: true, hold: true },
  { token: 'demo-contributor', run: true, edit: true, grant: false, hold: false },
  { token: 'demo-viewer', run: false, edit: false, grant: false, hold: false },
];

for (const { token, run, edit, grant, hold } of offers) {
  test(`what ${token} may not do is not offered`, async () => {
    await view(`${plane.url}/jobs/${jobId}/access`, { token }, async (page) => {
      const offered = (name: string | RegExp) => button(page, name).count().then((n) => n > 0);
      await visible(page.getByRole('table', { name: /Teams/ }));
      assert.equal(await offered('Run now…'), run);
      assert.equal(await offered(/^(Pause until…|Resume)$/), edit);
      assert.equal(await offered('Edit draft'), edit);
      assert.equal(await offered('Add teams…'), grant);
      assert.equal(await offered('More actions'), edit);
      if (edit) {
        await button(page, 'More actions').click();
        assert.equal(await page.getByRole('menuitem', { name: 'Delete…' }).count(), grant ? 1 : 0);
      }
      await page.goto(`${plane.url}/jobs/${jobId}/schedule`);
      await visible(page.getByRole('heading', { name: 'Ticks that did not simply succeed' }));
      assert.equal(await offered('Backfill…'), run);
      await page.goto(`${plane.url}/jobs/${jobId}/runs/${runId}`);
      await visible(page.getByRole('heading', { name: 'Facts' }));
      assert.equal(await offered('Run again…'), run);
      await page.keyboard.press('r'); // does nothing on this screen, whoever presses it
      await page.goto(`${plane.url}/`);
      await visible(page.getByRole('heading', { name: 'Paused' }));
      if (hold) await visible(button(page, 'Hold all schedules…'));
      assert.equal(await offered('Hold all schedules…'), hold);
    });
  });
}

test('of a job of another team nothing is shown', async () => {
  const other = await plane.jobID('crm-sync'); // of growth
  for (const path of [`/jobs/${other}`, `/jobs/${other}/versions`, '/jobs/NOTHING/draft', '/nowhere/at/all']) {
    await view(plane.url + path, { token: 'demo-viewer', allow: /404/ }, (page) => visible(page.getByRole('heading', { name: 'There is nothing here' })));
  }
});

test('filters stand in the URL, and a reload keeps them', async () => {
  await view(`${plane.url}/jobs`, {}, async (page) => {
    const rows = page.getByRole('table', { name: 'Jobs' }).getByRole('row');
    await page.getByRole('searchbox', { name: 'Key begins with' }).fill('de');
    await page.waitForURL(/q=de/);
    await eventually('one job is left', async () => (await rows.count()) === 2);
    await page.reload();
    await eventually('one job is left after a reload', async () => (await rows.count()) === 2);
    await page.getByRole('combobox', { name: 'Status' }).selectOption('paused');
    await visible(page.getByRole('heading', { name: 'No job matches' }));
    await page.getByRole('link', { name: 'Clear the filters' }).click();
    await eventually('all are there again', async () => (await rows.count()) > 10);
    await button(page, 'vendor=erp').first().click();
    await page.waitForURL(/label=vendor%3Derp/);
    await eventually('the label leaves one', async () => (await rows.count()) === 2);
    await page.goto(`${plane.url}/jobs?outcome=failed&status=active`);
    await visible(page.getByRole('table', { name: 'Jobs' }));
    assert.equal(await page.getByRole('combobox', { name: 'Last outcome' }).inputValue(), 'failed');
  });
});

test('filters of runs and of Why stand in the URL', async () => {
  await view(`${plane.url}/jobs/${jobId}/runs`, {}, async (page) => {
    await page.getByRole('navigation', { name: 'Outcome' }).getByRole('button', { name: 'Failed' }).click();
    await page.waitForURL(/status=failed/);
    await page.reload();
    await visible(page.getByRole('navigation', { name: 'Outcome' }).locator('[aria-current=true]', { hasText: 'Failed' }));
    await page.goto(`${plane.url}/why`);
    await page.getByRole('navigation', { name: 'Fate' }).getByRole('button', { name: 'Skipped' }).click();
    await page.waitForURL(/fate=skipped/);
    await page.reload();
    await visible(page.getByRole('navigation', { name: 'Fate' }).locator('[aria-current=true]', { hasText: 'Skipped' }));
  });
});
