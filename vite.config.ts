import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vite'

/**
 * Builds the window into out/renderer. `base: './'` keeps every address relative, so the same files work at the root of
 * `plexsync serve`, behind a reverse proxy's prefix, and under the desktop app's own scheme.
 */
export default defineConfig({
  root: 'renderer',
  base: './',
  publicDir: false,
  plugins: [svelte()],
  build: {
    outDir: '../out/renderer',
    emptyOutDir: true,
    // Evergreen browsers and Electron's Chromium: light-dark() and nesting stay as they are written.
    target: ['chrome130', 'firefox130', 'safari18'],
    // One style sheet: a view that loads later must not flash unstyled.
    cssCodeSplit: false,
    // The content security policy allows no data: scripts or styles, so nothing is inlined but what `img-src data:` allows.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
})
