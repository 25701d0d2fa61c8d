import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Mounts, Plane } from './plane';
import { button, closeBrowser, dialog, eventually, gone, heading, toast, view, visible } from './viewer';

let plane: Plane;
let mounts: Mounts; // whose embedder takes any config

before(async () => {
  [plane, mounts] = await Promise.all([Plane.start('-history=false'), Mounts.start()]);
});
after(async () => {
  await closeBrowser();
  await Promise.all([plane.stop(), mounts.kill()]);
});

const publish = (id: string, body: object) => plane.call(`/workloads/jobs/${id}/versions`, { method: 'POST', body });

test('begin a draft, edit it as a form, see what changes, publish, go back', async () => {
  const id = await plane.makeJob('form', { cronExpression: '0 3 * * *', cronTimezone: 'Europe/Berlin' });
  await view(`${plane.url}/jobs/${id}/draft`, { token: 'demo-contributor' }, async (page) => {
    await button(page, 'Begin a draft from version 1').click();
    await page.getByLabel('Cron expression').fill('0 4 * * *');
    await page.getByLabel('SQL').fill('select 2');
    const changes = page.locator('#what');
    await visible(changes.getByText(/cronExpression/));
    await visible(changes.getByText(/config.sql.source/));
    await visible(changes.getByText(/gained/).first());
    await visible(page.getByText('Was 0 3 * * * in version 1.'));
    assert.equal((await plane.job(id)).cronExpression, '0 3 * * *');
    await page.reload();
    assert.equal(await page.getByLabel('Cron expression').inputValue(), '0 4 * * *');
    await button(page, 'Publish as version 2').click();
    await toast(page, 'Version 2 is active.');
    await page.waitForURL(/\/versions$/);
    await page.locator('.toast').getByRole('button', { name: 'Go back to 1' }).click();
    await eventually('version 1 is active', async () => (await plane.job(id)).currentVersion === 1);
  });
});

test('a fault stands at its field, nothing wrong is saved, and it cannot be published', async () => {
  const id = await plane.makeJob('fault', { cronExpression: '0 3 * * *' });
  await plane.call(`/workloads/jobs/${id}/draft`, { method: 'POST' });
  await view(`${plane.url}/jobs/${id}/draft`, { allow: /status of 400/ }, async (page) => {
    const cron = page.getByLabel('Cron expression');
    await cron.fill('0 25 * * *');
    await visible(page.locator('input[aria-invalid=true]'));
    assert.equal(await cron.getAttribute('aria-invalid'), 'true');
    assert.equal((await plane.call(`/workloads/jobs/${id}/draft`)).cronExpression, '0 3 * * *');
    await button(page, 'Publish as version 2').click({ force: true });
    assert.equal((await plane.job(id)).currentVersion, 1);
    await cron.fill('0 5 * * *');
    await eventually('the draft is saved', async () => (await plane.call(`/workloads/jobs/${id}/draft`)).cronExpression === '0 5 * * *');
    await gone(page.locator('input[aria-invalid=true]'));
  });
});

const exactConfig = '{"python":{"source":"print(1)"},"big":12345678901234567890,"one":1.0,"small":1e-7}';

test('numbers of a config stay as they were written, in form, JSON and comparison', async () => {
  const id = await mounts.makeJob('digits', `{"jobKey":"digits","clusterId":"CLUSTERDEM","teamIds":["TEAMDEMO01"],"config":${exactConfig}}`);
  const path = `/workloads/jobs/${id}/draft`;
  await mounts.call(path, { method: 'POST' });
  await view(`${mounts.url}/jobs/${id}/draft`, {}, async (page) => {
    await page.getByLabel('Python').fill('print(2)');
    await eventually('it is saved', async () => (await mounts.text(path)).includes('print(2)'));
    for (const digits of ['12345678901234567890', '"one":1.0', '1e-7']) assert.ok((await mounts.text(path)).includes(digits), digits);
    await page.getByRole('navigation', { name: 'Edit as' }).getByRole('button', { name: 'JSON' }).click();
    const definition = page.getByLabel('Definition');
    const text = await definition.inputValue();
    for (const digits of ['12345678901234567890', '"one": 1.0', '1e-7']) assert.ok(text.includes(digits), text);
    await definition.fill(text.replace('12345678901234567890', '98765432109876543210'));
    await eventually('it is saved', async () => (await mounts.text(path)).includes('98765432109876543210'));
    await visible(page.locator('#what').getByText('98765432109876543210'));
    assert.ok((await mounts.text(path)).includes('"one":1.0'));
    await definition.fill('{"config": nonsense');
    await visible(page.getByText(/This is not JSON yet/));
  });
});

test('discard a draft', async () => {
  const id = await plane.makeJob('discard');
  await plane.call(`/workloads/jobs/${id}/draft`, { method: 'POST' });
  await view(`${plane.url}/jobs/${id}/draft`, { allow: /404/ }, async (page) => {
    await button(page, 'Discard…').click();
    await button(page, 'Discard the draft').click();
    await toast(page, 'Draft 2 is discarded.');
    await visible(page.getByRole('heading', { name: 'No draft' }));
  });
});

test('compare any two versions, go back, draft from an old one', async () => {
  const id = await plane.makeJob('ledger', { cronExpression: '0 3 * * *' });
  await publish(id, { config: { sql: { source: 'select 2\nfrom sales' } } });
  await publish(id, { cronExpression: '0 4 * * *', timeoutSeconds: 60 });
  await view(`${plane.url}/jobs/${id}/versions`, {}, async (page) => {
    await visible(page.getByRole('heading', { name: 'From version 2 to version 3' }));
    await page.getByLabel('Compare from version 1').check();
    await page.getByLabel('Compare to version 2').check();
    await visible(page.getByRole('heading', { name: 'From version 1 to version 2' }));
    await visible(page.getByText(/config.sql.source/).first());
    await visible(page.getByText('from sales').first());
    await button(page, 'Go back to 1…').click();
    await visible(dialog(page).getByText('/cronExpression'));
    await button(page, 'Make 1 active').click();
    await toast(page, 'Version 1 is active.');
    await page.locator('.toast').getByRole('button', { name: 'Go back to 3' }).click();
    await eventually('version 3 is active again', async () => (await plane.job(id)).currentVersion === 3);
    await button(page, 'Draft from 2').click();
    await page.waitForURL(/\/draft$/);
    await heading(page, 'ledger');
    assert.equal(await page.getByLabel('Cron expression').inputValue(), '0 3 * * *');
    assert.equal((await plane.call(`/workloads/jobs/${id}/draft`)).basedOnVersion, 2);
  });
});

test('a draft that somebody else has changed is not overwritten, and nothing typed is lost', async () => {
  const id = await plane.makeJob('both', { cronExpression: '0 3 * * *' });
  const path = `/workloads/jobs/${id}/draft`;
  await plane.call(path, { method: 'POST' });
  await view(`${plane.url}/jobs/${id}/draft`, { allow: /status of 412|ERR_FAILED/ }, async (page) => {
    await visible(page.getByLabel('Time zone'));
    let first = true;
    await page.route(`**${path}`, async (route) => {
      if (route.request().method() === 'PATCH' && first) {
        first = false; // somebody is a moment faster
        await plane.call(path, { method: 'PATCH', body: { cronExpression: '0 9 * * *' } });
      }
      await route.continue();
    });
    await page.getByLabel('Cron expression').fill('0 5 * * *');
    await visible(page.getByText(/changed this draft at/));
    assert.equal((await plane.call(path)).cronExpression, '0 9 * * *');
    assert.equal(await page.getByLabel('Cron expression').inputValue(), '0 5 * * *');
    await button(page, 'Save mine over it').click();
    await eventually('mine is saved', async () => (await plane.call(path)).cronExpression === '0 5 * * *');
  });
});

test('what is right is saved beside a fault, and what was typed last before leaving', async () => {
  const id = await plane.makeJob('leaving', { cronExpression: '0 3 * * *' });
  const path = `/workloads/jobs/${id}/draft`;
  await plane.call(path, { method: 'POST' });
  await view(`${plane.url}/jobs/${id}/draft`, { allow: /status of 400/ }, async (page) => {
    await page.getByLabel('Timeout, seconds').fill('12x');
    await page.getByLabel('SQL').fill('select 3');
    await visible(page.getByText('All but what is marked is saved.'));
    assert.ok((await plane.call(path)).config.sql.source === 'select 3');
    assert.ok(await button(page, 'Publish as version 2').isDisabled());
    await page.getByLabel('Timeout, seconds').fill('90');
    await page.getByRole('link', { name: 'Access' }).click();
    await eventually('it is saved', async () => (await plane.call(path)).timeoutSeconds === 90);
  });
});
