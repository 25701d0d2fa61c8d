import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Plane } from './plane';
import { button, closeBrowser, dialog, eventually, gone, heading, toast, view, visible } from './viewer';

let plane: Plane;
let jobId: string;

before(async () => {
  plane = await Plane.start('-history=false');
  jobId = await plane.makeJob('steady', { cronExpression: '0 3 * * *' });
});
after(async () => {
  await closeBrowser();
  await plane.stop();
});

const troubled = /status of (503|502)|ERR_CONNECTION_REFUSED|ERR_FAILED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION_RESET|ERR_SOCKET_NOT_CONNECTED|ERR_EMPTY_RESPONSE|ERR_NETWORK_IO_SUSPENDED/;

test('an API that answers 503 is said clearly, and asked again', async () => {
  await view(`${plane.url}/why`, { allow: troubled }, async (page) => {
    await heading(page, /why/);
    const problem = { status: 503, contentType: 'application/problem+json', body: '{"status":503,"detail":"The store is away.","code":"unavailable"}' };
    await page.route('**/api/v1/me/jobs?**', (route) => route.fulfill(problem));
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Jobs' }).click();
    await visible(page.getByRole('heading', { name: 'The API cannot answer now' }));
    await visible(page.getByText('The store is away.'));
    await page.unroute('**/api/v1/me/jobs?**');
    await button(page, 'Ask again').click();
    await visible(page.getByRole('table', { name: 'Jobs' }));
  });
});

test('what the API cannot do now is said where it was asked for', async () => {
  await view(`${plane.url}/jobs/${jobId}`, { allow: troubled }, async (page) => {
    await button(page, 'Run now…').click();
    await page.route('**/runs', (route) => (route.request().method() === 'POST' ? route.abort() : route.continue()));
    await dialog(page).getByRole('button', { name: 'Run now' }).click();
    await visible(dialog(page).getByText('The API cannot be reached.'));
    await page.unroute('**/runs');
    await dialog(page).getByRole('button', { name: 'Run now' }).click();
    await heading(page, 'Run 1');
  });
});

test('a control plane that is killed is said, and is live again when it is back', async () => {
  await view(`${plane.url}/jobs`, { allow: troubled }, async (page) => {
    const state = page.locator('.live');
    await visible(state.getByText('Live', { exact: true }));
    await visible(page.getByRole('table', { name: 'Jobs' }));
    await plane.kill();
    await visible(state.getByText('Not live'));
    await visible(page.getByRole('table', { name: 'Jobs' })); // what was known stays
    await visible(page.locator('.banner').getByText(/Last heard at/));
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Why' }).click(); // its file is not there yet
    await visible(page.getByRole('heading', { name: 'This screen could not be loaded' }));
    await plane.again();
    await button(page, 'Load the page again').click();
    await heading(page, /why/);
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Jobs' }).click();
    await visible(state.getByText('Live', { exact: true }));
    await gone(page.locator('.banner'));
    await plane.makeJob('after-the-return');
    await visible(page.getByRole('link', { name: 'after-the-return', exact: true }));
  });
});

test('a stream that ends is begun anew where it ended', async () => {
  await view(`${plane.url}/jobs`, { allow: troubled }, async (page) => {
    const state = page.locator('.live');
    await visible(state.getByText('Live', { exact: true }));
    await plane.makeJob('before-the-end');
    await visible(page.getByRole('link', { name: 'before-the-end', exact: true })); // the stream has told of it
    await plane.kill();
    const anew = page.waitForRequest((request) => request.url().endsWith('/me/events'));
    await plane.again();
    assert.match((await (await anew).allHeaders())['last-event-id'] ?? '', /./);
    await visible(state.getByText('Live', { exact: true }));
  });
});

test('an edit in one tab shows in another', async () => {
  await view(`${plane.url}/jobs/${jobId}`, {}, async (one, context) => {
    const other = await context.newPage();
    await other.goto(`${plane.url}/jobs/${jobId}`);
    await visible(other.locator('.live').getByText('Live', { exact: true }));
    await button(one, 'Pause until…').click();
    await one.getByLabel('Until someone resumes it').check();
    await dialog(one).getByRole('button', { name: 'Pause' }).click();
    await toast(one, 'steady is paused.');
    await visible(other.getByText('Paused until someone resumes it.'));
    await other.locator('.head').getByRole('button', { name: 'Resume' }).click();
    await visible(button(one, 'Pause until…'));
  });
});

test('an edit of what somebody else has changed is refused, and says so', async () => {
  const id = await plane.makeJob('contested');
  await view(`${plane.url}/jobs/${id}`, { allow: /status of 412|ERR_FAILED/ }, async (page) => {
    await page.route('**/me/events', (route) => route.abort()); // this tab does not hear of it
    await page.reload();
    await button(page, 'More actions').click();
    await page.getByRole('menuitem', { name: /labels/ }).click();
    await plane.call(`/workloads/jobs/${id}`, { method: 'PATCH', body: { labels: { tier: '9' } } });
    await page.getByLabel('Labels').fill('tier=1');
    await button(page, 'Save').click();
    await visible(dialog(page).locator('.err-line'));
    assert.deepEqual((await plane.job(id)).labels, { tier: '9' });
  });
});

test('a hidden tab asks nothing', async () => {
  await view(`${plane.url}/jobs`, {}, async (page) => {
    await visible(page.locator('.live').getByText('Live', { exact: true }));
    const hide = (hidden: boolean) =>
      page.evaluate((is) => {
        Object.defineProperty(document, 'hidden', { value: is, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      }, hidden);
    await hide(true);
    await visible(page.locator('.live').getByText('Paused'));
    let asked = 0;
    page.on('request', () => asked++);
    await plane.makeJob('while-hidden');
    await eventually('the job is there', async () => !!(await plane.jobID('while-hidden')));
    assert.equal(asked, 0);
    await hide(false);
    await visible(page.getByRole('link', { name: 'while-hidden', exact: true }));
  });
});
