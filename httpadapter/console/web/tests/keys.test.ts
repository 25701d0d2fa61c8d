import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { Page } from 'playwright-core';

import { Plane } from './plane';
import { closeBrowser, dialog, eventually, gone, heading, toast, view, visible } from './viewer';

let plane: Plane;

before(async () => {
  plane = await Plane.start('-history=false');
});
after(async () => {
  await closeBrowser();
  await plane.stop();
});

/** press presses keys, one after the other. */
const press = async (page: Page, ...keys: string[]) => {
  for (const key of keys) await page.keyboard.press(key);
};

/** tabTo moves the focus on until it is on what has the name. */
async function tabTo(page: Page, name: string, key = 'Tab') {
  for (let i = 0; i < 80; i++) {
    await page.keyboard.press(key);
    const text = await page.evaluate(() => {
      const at = document.activeElement as HTMLElement | null;
      return at?.getAttribute('aria-label') ?? (at as HTMLInputElement | null)?.labels?.[0]?.textContent ?? at?.textContent ?? '';
    });
    if (text.trim() === name) return;
  }
  assert.fail(`the focus never came to ${name}`);
}

test('g and a letter go to a screen, ? lists the keys, Esc closes', async () => {
  await view(plane.url, {}, async (page) => {
    await heading(page, /job/i);
    for (const [key, path] of Object.entries({ j: '/jobs', w: '/why', g: '/graph', o: '/' })) {
      await eventually(`g ${key} goes to ${path}`, async () => {
        await press(page, 'g', key); // again, if the machine was too slow to take them as one
        return page.url() === plane.url + path;
      });
    }
    await press(page, '?');
    await visible(page.getByRole('heading', { name: 'Keys' }));
    await press(page, 'Escape');
    await gone(dialog(page));
  });
});

test('j and k move, Enter opens, r runs, p pauses and resumes', async () => {
  const id = await plane.makeJob('aaa-first', { cronExpression: '0 3 1 1 *', parameters: { day: '' } });
  await view(`${plane.url}/jobs`, {}, async (page) => {
    await visible(page.getByRole('table', { name: 'Jobs' }));
    await press(page, 'j', 'j', 'k');
    await visible(page.locator('tr.cursor').getByText('aaa-first'));
    await press(page, 'Enter');
    await heading(page, 'aaa-first');
    await press(page, 'r');
    await visible(dialog(page));
    await tabTo(page, 'day');
    await page.keyboard.type('rp/?'); // keys do nothing in a field
    await press(page, 'Enter');
    await heading(page, 'Run 1');
    assert.deepEqual((await plane.call(`/workloads/jobs/${id}/runs`)).items[0].parameters, { day: 'rp/?' });
    await page.goBack();
    await heading(page, 'aaa-first');
    await press(page, 'p');
    await visible(dialog(page));
    await press(page, 'Enter');
    await toast(page, /aaa-first is paused/);
    await visible(page.getByText(/Paused until/).first());
    await press(page, 'p');
    await eventually('it is active', async () => (await plane.job(id)).status === 'active');
  });
});

test('/ finds, arrows choose, Enter opens', async () => {
  await plane.makeJob('find-one');
  await plane.makeJob('find-two');
  await view(plane.url, {}, async (page) => {
    await heading(page, /job/i);
    await press(page, '/');
    await page.keyboard.type('find-');
    await visible(page.getByRole('option', { name: 'find-two' }));
    await eventually('only those are left', async () => (await page.getByRole('option').count()) === 2);
    await press(page, 'ArrowDown', 'Enter');
    await heading(page, 'find-two');
  });
});

test('every action of a job by the keyboard alone', async () => {
  const id = await plane.makeJob('by-keyboard', { cronExpression: '0 3 * * *' });
  // An expression that is half written has no preview.
  await view(`${plane.url}/jobs/${id}`, { allow: /status of 400.*preview/ }, async (page) => {
    await heading(page, 'by-keyboard');
    await press(page, 'Tab');
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Skip to content');
    await press(page, 'Enter');
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'main');
    await tabTo(page, 'More actions');
    await press(page, 'Enter', 'ArrowDown', 'ArrowUp', 'Escape');
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('aria-label')), 'More actions');
    await press(page, 'Enter', 'Enter'); // details
    await visible(dialog(page));
    await tabTo(page, 'Labels');
    await page.keyboard.type('tier=1');
    await tabTo(page, 'Save');
    await press(page, 'Enter');
    await toast(page, 'by-keyboard is saved.');
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('aria-label')), 'More actions'); // the focus is back
    await tabTo(page, 'Draft');
    await press(page, 'Enter');
    await tabTo(page, 'Begin a draft from version 1');
    await press(page, 'Enter');
    await visible(page.getByLabel('Cron expression'));
    await tabTo(page, 'Cron expression');
    await press(page, 'Control+A');
    await page.keyboard.type('0 4 * * *');
    await eventually('it is saved', async () => (await plane.call(`/workloads/jobs/${id}/draft`)).cronExpression === '0 4 * * *');
    await tabTo(page, 'Publish as version 2');
    await press(page, 'Enter');
    await toast(page, 'Version 2 is active.');
    await tabTo(page, 'Go back to 1');
    await press(page, 'Enter');
    await eventually('version 1 is active', async () => (await plane.job(id)).currentVersion === 1);
    await tabTo(page, 'Schedule');
    await press(page, 'Enter');
    await tabTo(page, 'Backfill…');
    await press(page, 'Enter');
    await visible(dialog(page));
    await press(page, 'Escape');
    await gone(dialog(page));
    await tabTo(page, 'Access');
    await press(page, 'Enter');
    await tabTo(page, 'Add teams…');
    await press(page, 'Enter');
    await tabTo(page, 'IDs of teams');
    await page.keyboard.type('TEAMDEMO02');
    await tabTo(page, 'Add');
    await press(page, 'Enter');
    await toast(page, 'TEAMDEMO02 now sees by-keyboard.');
  });
});

test('single keys can be switched off', async () => {
  await view(plane.url, {}, async (page) => {
    await heading(page, /job/i);
    await press(page, '?');
    await page.getByLabel('Single keys do something').uncheck();
    await press(page, 'Escape');
    await gone(dialog(page));
    await press(page, '?', 'g', 'j', '/');
    assert.equal(await dialog(page).count(), 0);
    assert.equal(page.url(), `${plane.url}/`);
  });
});
