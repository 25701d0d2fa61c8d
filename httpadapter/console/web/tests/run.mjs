// Compiles the tests, or the script that is named, and runs them with node.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const names = process.argv.slice(2);
const wanted = (name) => (names.length ? names.some((n) => name === `${n}.test.ts` || name === `${n}.script.ts`) : name.endsWith('.test.ts'));
const files = readdirSync(here).filter(wanted);
if (!files.length) throw new Error(`there is no ${names.join(', ')}`);
const made = mkdtempSync(join(here, '..', 'node_modules', '.tests-'));
process.on('exit', () => rmSync(made, { recursive: true, force: true }));
await build({
  entryPoints: files.map((name) => join(here, name)),
  outdir: made,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20',
  sourcemap: 'inline',
});
const compiled = readdirSync(made).map((name) => join(made, name));
// One browser at a time: it takes what the machine has.
const how = files[0].endsWith('.test.ts') ? ['--test', '--test-concurrency=1', '--test-reporter=spec'] : [];
const { status } = spawnSync(process.execPath, ['--enable-source-maps', ...how, ...compiled], { stdio: 'inherit' });
process.exit(status ?? 1);
