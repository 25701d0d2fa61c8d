import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { Page } from 'playwright-core';

import { Plane } from './plane';
import { button, choose, closeBrowser, dialog, eventually, gone, heading, toast, view, visible } from './viewer';

let plane: Plane;

before(async () => {
  plane = await Plane.start('-history=false');
});
after(async () => {
  await closeBrowser();
  await plane.stop();
});

/** onJob makes a job and opens it. */
async function onJob(key: string, more: object, look: (page: Page, id: string) => Promise<void>, tab = '', token = 'demo-admin') {
  const id = await plane.makeJob(key, more);
  await view(`${plane.url}/jobs/${id}${tab}`, { token }, async (page) => {
    await heading(page, key);
    await look(page, id);
  });
}

const runs = (id: string) => plane.call(`/workloads/jobs/${id}/runs`).then((answer) => answer.items);

/** localTime is a time as a field of Europe/Berlin takes it. */
const localTime = (at: Date) => {
  const p = Object.fromEntries(new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Berlin', dateStyle: 'short', timeStyle: 'medium', hourCycle: 'h23' }).formatToParts(at).map((part) => [part.type, part.value]));
  return `${p.year}-${p.month}-${p.day}T${p.hour}:${p.minute}`;
};

test('run now with parameters, then run it again', async () => {
  await onJob('run-now', { parameters: { day: 'yesterday', mode: '' } }, async (page, id) => {
    await button(page, 'Run now…').click();
    await page.getByLabel('day').fill('2027-03-25');
    await dialog(page).getByRole('button', { name: 'Run now' }).click();
    await toast(page, 'Run 1 of run-now is made.');
    await heading(page, 'Run 1');
    await visible(page.getByText('day = 2027-03-25'));
    await visible(page.locator('.title').getByText(/Succeeded|Failed/)); // by the event, without a reload
    await button(page, 'Run again…').click();
    await dialog(page).getByRole('button', { name: 'Run again' }).click();
    await heading(page, 'Run 2');
    await visible(page.getByRole('link', { name: 'an earlier run' }));
    const [second, first] = await runs(id);
    assert.deepEqual(second.parameters, first.parameters);
    assert.equal(second.retryOf, first.id);
  });
});

test('run later, and cancel', async () => {
  await onJob('run-later', {}, async (page, id) => {
    const at = new Date(Math.ceil(Date.now() / 60_000) * 60_000 + 7_200_000);
    await button(page, 'Run now…').click();
    await page.getByLabel('Not before').fill(localTime(at));
    await dialog(page).getByRole('button', { name: 'Run then' }).click();
    await heading(page, 'Run 1');
    assert.equal(Date.parse((await runs(id))[0].runAt), at.getTime());
    await button(page, 'Cancel').click();
    await toast(page, 'Run 1 was asked to stop.');
    await visible(page.locator('.title').getByText('Cancelled'));
  });
});

test('a fault stands at its field', async () => {
  await onJob('run-wrong', {}, async (page) => {
    await button(page, 'Run now…').click();
    await page.getByLabel('Not before').fill('2099-01-01T00:00');
    await dialog(page).getByRole('button', { name: 'Run then' }).click();
    await visible(page.locator('input[aria-invalid=true]'));
    assert.match(await page.locator('.field .err').innerText(), /year/);
    await page.keyboard.press('Escape');
    await gone(dialog(page));
  }).catch((error: Error) => {
    if (!/status of 400/.test(error.message)) throw error;
  });
});

test('the toast of a run cancels it', async () => {
  await onJob('run-undo', {}, async (page, id) => {
    await button(page, 'Run now…').click();
    await page.getByLabel('Not before').fill(localTime(new Date(Date.now() + 7_200_000)));
    await dialog(page).getByRole('button', { name: 'Run then' }).click();
    await button(page, 'Cancel it').click();
    await eventually('the run is cancelled', async () => (await runs(id))[0].status === 'cancelled');
  });
});

test('release a run that is held', async () => {
  const id = await plane.makeJob('held-run');
  const run = await plane.call(`/workloads/jobs/${id}/runs`, { method: 'POST', body: { hold: true } });
  await view(`${plane.url}/jobs/${id}/runs/${run.id}`, {}, async (page) => {
    await button(page, 'Release').click();
    await toast(page, 'Run 1 is released.');
    await visible(page.locator('.title').getByText(/Succeeded|Failed/));
    assert.equal(await button(page, 'Release').count(), 0);
  });
});

test('delete a run', async () => {
  const id = await plane.makeJob('delete-run');
  const run = await plane.call(`/workloads/jobs/${id}/runs`, { method: 'POST', body: { hold: true } });
  await plane.call(`/workloads/jobs/${id}/runs/${run.id}/cancel`, { method: 'POST' });
  await view(`${plane.url}/jobs/${id}/runs/${run.id}`, { allow: /404/ }, async (page) => {
    await choose(page, 'Delete…');
    await button(page, 'Delete the run').click();
    await page.waitForURL(`${plane.url}/jobs/${id}/runs`);
    await visible(page.getByRole('heading', { name: 'No runs yet' }));
  });
});

test('pause until a time, undo by the toast, pause for good and resume', async () => {
  await onJob('pause-it', { cronExpression: '0 3 1 1 *' }, async (page, id) => {
    await button(page, 'Pause until…').click();
    await page.getByLabel('For an hour').check();
    await dialog(page).getByRole('button', { name: 'Pause' }).click();
    await toast(page, /pause-it is paused until/);
    await visible(page.getByText('Paused until').first());
    const { pausedUntil } = await plane.job(id);
    assert.ok(Math.abs(Date.parse(pausedUntil) - Date.now() - 3_600_000) < 60_000, pausedUntil);
    await page.locator('.toast').getByRole('button', { name: 'Resume' }).click();
    await visible(button(page, 'Pause until…'));
    assert.equal((await plane.job(id)).status, 'active');
    await button(page, 'Pause until…').click();
    await page.getByLabel('Until someone resumes it').check();
    await dialog(page).getByRole('button', { name: 'Pause' }).click();
    await visible(page.getByText('Paused until someone resumes it.'));
    await page.locator('.head').getByRole('button', { name: 'Resume' }).click();
    await visible(button(page, 'Pause until…'));
  });
});

test('edit key, description and labels', async () => {
  await onJob('edit-me', {}, async (page, id) => {
    await choose(page, /Key, description, labels/);
    await page.getByLabel('Key').fill('edited');
    await page.getByLabel('Description').fill('What <b>it</b> does');
    await page.getByLabel('Labels').fill('tier=1\nvendor=erp');
    await button(page, 'Save').click();
    await heading(page, 'edited');
    await visible(page.getByText('What <b>it</b> does'));
    await visible(page.getByRole('link', { name: 'vendor=erp' }));
    const { jobKey, labels } = await plane.job(id);
    assert.deepEqual({ jobKey, labels }, { jobKey: 'edited', labels: { tier: '1', vendor: 'erp' } });
  });
});

test('a delete asks for the key', async () => {
  await onJob('delete-me', {}, async (page, id) => {
    await choose(page, 'Delete…');
    await button(page, 'Delete the job').click({ force: true }); // it is disabled
    await page.getByLabel('Type the key to confirm').fill('delete-m');
    await page.keyboard.press('Enter');
    assert.equal((await plane.job(id)).jobKey, 'delete-me');
    await page.getByLabel('Type the key to confirm').fill('delete-me');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${plane.url}/jobs`);
    await toast(page, 'delete-me is deleted.');
    await visible(page.getByRole('table', { name: 'Jobs' }));
    assert.equal(await page.getByRole('link', { name: 'delete-me', exact: true }).count(), 0);
    await assert.rejects(plane.job(id), /404/);
  });
});

test('backfill shows the ticks first, then makes the runs', async () => {
  await onJob('backfill', { cronExpression: '0 * * * *' }, async (page, id) => {
    const hour = Math.floor(Date.now() / 3_600_000) * 3_600_000;
    await button(page, 'Backfill…').click();
    await page.getByLabel('From').fill(localTime(new Date(hour - 3 * 3_600_000)));
    await page.getByLabel('Until, without it').fill(localTime(new Date(hour)));
    await button(page, 'Show the ticks').click();
    const list = dialog(page).getByRole('list', { name: 'Ticks that get a run' });
    await eventually('three ticks are shown', async () => (await list.getByRole('listitem').count()) === 3);
    assert.equal((await runs(id)).length, 0);
    await button(page, 'Make 3 runs').click();
    await toast(page, '3 runs are made; they run one after the other.');
    assert.deepEqual((await runs(id)).map((run: { trigger: string }) => run.trigger), ['backfill', 'backfill', 'backfill']);
  }, '/schedule');
});

test('reset the schedule', async () => {
  await onJob('reset', { cronExpression: '0 3 * * *' }, async (page) => {
    await choose(page, 'Reset the schedule…');
    await dialog(page).getByRole('button', { name: 'Reset' }).click();
    await toast(page, 'The schedule of reset counts from now.');
  });
});

test('grant to teams, revoke, grant again', async () => {
  await onJob('granted', {}, async (page, id) => {
    const teams = () => plane.call(`/workloads/jobs/${id}/teams`).then(({ items }) => items.length);
    await button(page, 'Add teams…').click();
    await page.getByLabel('IDs of teams').fill('TEAMDEMO02 TEAMDEMO03');
    await dialog(page).getByRole('button', { name: 'Add' }).click();
    await toast(page, 'TEAMDEMO02 and TEAMDEMO03 now see granted.');
    const row = page.getByRole('row').filter({ hasText: 'TEAMDEMO02' });
    await row.getByRole('button', { name: 'Remove' }).click();
    await gone(row);
    assert.equal(await teams(), 2);
    await button(page, 'Grant again').click();
    await visible(row);
    assert.equal(await teams(), 3);
  }, '/access');
});

test('hold all schedules, and lift it', async () => {
  await view(plane.url, {}, async (page) => {
    await button(page, 'Hold all schedules…').click();
    await page.getByLabel('Reason').fill('<i>maintenance</i>');
    await dialog(page).getByRole('button', { name: 'Hold' }).click();
    const banner = page.locator('.banner').filter({ hasText: 'All schedules are held' });
    await visible(banner.getByText('<i>maintenance</i>'));
    await page.goto(`${plane.url}/why`);
    await banner.getByRole('button', { name: 'End the hold' }).click();
    await gone(banner);
    assert.equal((await plane.call('/workloads/hold')).since, null);
  });
});

test('find a job by the beginning of its key', async () => {
  await onJob('find-this-one', {}, async (page) => {
    await page.goto(plane.url);
    await visible(page.getByRole('navigation', { name: 'Main' }));
    await page.keyboard.press('/');
    await page.getByRole('combobox', { name: 'Its key begins with' }).fill('find-this');
    await visible(page.getByRole('option', { name: 'find-this-one' }));
    await page.keyboard.press('Enter');
    await heading(page, 'find-this-one');
  });
});
