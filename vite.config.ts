import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vite'

const shellFolders = [
  'renderer/state/',
  'renderer/backend/',
  'renderer/frame/',
  'renderer/i18n/',
  'renderer/ui/',
  'shared/',
]
/** Loaded when it is needed: German, what belongs to menus, and the comparison of fields, which no first view shows. */
const later = [/\.de\.ts$/, /german\.ts$/, /renderer\/ui\/(Menu|CheckMenu|Dialog|Switch|Diff)\./]

/** What every view needs for its first paint. */
function isShell(id: string): boolean {
  const path = id.replaceAll('\\', '/')
  if (path.includes('lucide')) return true
  return shellFolders.some((folder) => path.includes(folder)) && !later.some((pattern) => pattern.test(path))
}

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
    rolldownOptions: {
      // On a slow machine every build would end with a warning of how long Svelte took.
      checks: { pluginTimings: false },
      output: {
        // What most views share comes in a few files: dozens of tiny ones would queue up behind each other over HTTP/1.1.
        codeSplitting: {
          groups: [
            { name: 'zod', test: /node_modules[\\/]zod/ },
            { name: 'svelte', test: /node_modules[\\/](svelte|esm-env|clsx)[\\/]/ },
            { name: 'window', test: isShell, minShareCount: 2 },
            // bits-ui and what it stands on: not needed for the first paint.
            {
              name: 'menus',
              test: /node_modules[\\/](?!.*lucide)|renderer[\\/]ui[\\/](Menu|CheckMenu|Dialog|Switch)\.svelte/,
            },
          ],
        },
      },
    },
  },
})
