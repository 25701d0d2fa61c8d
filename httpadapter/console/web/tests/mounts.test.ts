import assert from 'node:assert/strict';
import { createServer, request as ask, type Server as Proxy } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';

import { Mounts } from './plane';
import { button, closeBrowser, dialog, heading, view, visible } from './viewer';

let mounts: Mounts;
let proxy: Proxy;
let outside: string;

/** stripping passes on what stands below a prefix, without it, as a reverse proxy does; all else is not there. */
const stripping = (prefix: string, to: string) =>
  createServer((request, answer) => {
    if (!request.url?.startsWith(`${prefix}/`)) {
      answer.writeHead(404).end();
      return;
    }
    const passed = ask(to + request.url.slice(prefix.length), { method: request.method, headers: { ...request.headers, host: new URL(to).host } }, (got) => {
      answer.writeHead(got.statusCode ?? 502, got.headers);
      got.pipe(answer);
    });
    passed.on('error', () => answer.destroy());
    answer.on('close', () => passed.destroy());
    request.pipe(passed);
  });

before(async () => {
  mounts = await Mounts.start();
  proxy = stripping('/team/tools', mounts.url);
  await new Promise<void>((listens) => proxy.listen(0, '127.0.0.1', listens));
  outside = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/team/tools`;
});
after(async () => {
  await closeBrowser();
  proxy.closeAllConnections();
  proxy.close();
  await mounts.kill();
});

/** Every path below the console, and the heading that it shows. */
const paths = (): [string, string | RegExp][] => [
  ['', /job/i],
  ['jobs', 'Jobs'],
  ['jobs?q=mo&status=active', 'Jobs'],
  ...['', '/runs', '/schedule', '/versions', '/draft', '/access', '/activity'].map((tab): [string, string] => [mounts.jobPath + tab, 'mounted']),
  [mounts.runPath, 'Run 1'],
  ['why', /why/],
  ['graph', 'Dependencies'],
];

const everyPath = (base: () => string, token: string | null) => async () => {
  await view(`${base()}/`, { token }, async (page) => {
    for (const [path, name] of paths()) {
      await page.goto(`${base()}/${path}`);
      await heading(page, name);
      await page.reload();
      await heading(page, name);
      assert.equal(page.url(), `${base()}/${path}`);
      await visible(page.locator('.live').getByText('Live', { exact: true }));
    }
    // A click, and an action, from the deepest path.
    await page.goto(`${base()}/${mounts.runPath}`);
    await page.getByRole('navigation', { name: 'Breadcrumb' }).getByRole('link', { name: 'mounted' }).click();
    await page.waitForURL(`${base()}/${mounts.jobPath}`);
    await button(page, 'Run now…').click();
    await dialog(page).getByRole('button', { name: 'Run now' }).click();
    await page.waitForURL(/\/runs\/\w+$/);
  });
};

for (const prefix of ['', '/console', '/a/b/console']) {
  test(`mounted at ${prefix || '/'}`, everyPath(() => mounts.url + prefix, 'demo-admin'));
}
test('behind a proxy that strips a prefix, with a relative API', everyPath(() => `${outside}/relative`, 'demo-admin'));

test('where a cookie of the embedder says who asks, nothing is asked', async () => {
  await view(`${mounts.url}/cookie/jobs`, { token: null, allow: /401/ }, async (page, context) => {
    await context.addCookies([{ name: 'session', value: 'demo-admin', url: mounts.url, httpOnly: true, sameSite: 'Strict' }]);
    await page.goto(`${mounts.url}/cookie/jobs`);
    await visible(page.getByRole('link', { name: 'mounted', exact: true }));
    assert.equal(await button(page, 'Sign out').count(), 0);
    await page.reload();
    await visible(page.getByRole('link', { name: 'mounted', exact: true }));
  });
});

test('without its last slash a prefix leads to the console', async () => {
  for (const base of [`${mounts.url}/a/b/console`, `${outside}/relative`]) {
    await view(base, {}, async (page) => {
      await heading(page, /job/i);
      assert.equal(page.url(), `${base}/`);
    });
  }
});
