import { cpSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vite'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const out = 'out/desktop'

/** Native code and Electron itself cannot be bundled. */
const external = ['electron', /^electron\//, 'better-sqlite3', '@napi-rs/canvas', /^node:/, ...builtinModules]

/** Files that the bundle reads beside itself: `new URL('./migrations/', import.meta.url)`, the companion's scripts, and the icons. */
const filesBeside: Plugin = {
  name: 'files-beside',
  writeBundle() {
    cpSync(here('main/engine/database/migrations'), here(`${out}/migrations`), { recursive: true })
    cpSync(here('main/engine/stash/companion/scripts'), here(`${out}/scripts`), { recursive: true })
    for (const folder of ['tray', 'app'])
      cpSync(here(`main/desktop/icons/${folder}`), here(`${out}/icons/${folder}`), { recursive: true })
  },
}

/**
 * Builds the desktop app's main process into `out/desktop/index.js`, which shows the tray, and what it loads after it beside
 * it (in the same folder, so that paths relative to it hold), the
 * process that renders posters into `out/desktop/poster-worker.js`, and the preload into `out/desktop/preload.cjs` (a sandboxed preload must be one CommonJS file that requires only electron).
 */
export default defineConfig({
  publicDir: false,
  builder: {
    async buildApp(builder) {
      for (const name of ['main', 'posters', 'preload']) {
        const environment = builder.environments[name]
        if (environment) await builder.build(environment)
      }
    },
  },
  environments: {
    main: {
      consumer: 'server',
      resolve: {
        conditions: ['node', 'module', 'import'],
        noExternal: true,
        external: ['electron', 'better-sqlite3', '@napi-rs/canvas'],
      },
      build: {
        ssr: true,
        outDir: out,
        emptyOutDir: true,
        target: 'node24',
        minify: false,
        sourcemap: false,
        copyPublicDir: false,
        reportCompressedSize: false,
        rolldownOptions: {
          platform: 'node',
          input: { index: here('main/desktop/index.ts') },
          external,
          output: { format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name].js' },
          plugins: [filesBeside],
        },
      },
    },
    posters: {
      consumer: 'server',
      resolve: { conditions: ['node', 'module', 'import'], noExternal: true, external: ['@napi-rs/canvas'] },
      build: {
        ssr: true,
        outDir: out,
        emptyOutDir: false,
        target: 'node24',
        minify: false,
        copyPublicDir: false,
        reportCompressedSize: false,
        rolldownOptions: {
          platform: 'node',
          input: { 'poster-worker': here('main/engine/posters/poster-worker.ts') },
          external,
          output: { format: 'esm', entryFileNames: '[name].js', codeSplitting: false },
        },
      },
    },
    preload: {
      consumer: 'server',
      resolve: { noExternal: true, external: ['electron'] },
      build: {
        ssr: true,
        outDir: out,
        emptyOutDir: false,
        target: 'chrome140',
        minify: false,
        copyPublicDir: false,
        reportCompressedSize: false,
        rolldownOptions: {
          input: { preload: here('main/desktop/preload.ts') },
          external,
          output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
        },
      },
    },
  },
})
