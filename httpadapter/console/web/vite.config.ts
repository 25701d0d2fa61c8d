import preact from '@preact/preset-vite';
import license from 'rollup-plugin-license';
import { defineConfig } from 'vite';

// Every path in the page is relative to its <base>, which the server writes:
// the same files work under any prefix.
export default defineConfig({
  base: './',
  plugins: [
    preact({ devToolsEnabled: false }),
    license({ thirdParty: { output: '../dist/licenses.txt' } }),
  ],
  build: {
    outDir: '../dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
  },
});
