import { defineConfig } from 'vite'

/** The dashboard: from `src/web` to `dist/web`, where the server finds it. */
export default defineConfig({
  root: 'src/web',
  // Relative, so that it works behind a proxy that puts it under a path.
  base: './',
  publicDir: false,
  build: {
    outDir: '../../dist/web',
    emptyOutDir: true,
    // Inlined assets would be `data:` addresses, and the polyfill an inline script; the page's policy allows neither.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
})
