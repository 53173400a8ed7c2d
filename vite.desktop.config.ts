import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { external, filesBeside, nodeProgram } from './vite.node.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const out = 'out/desktop'

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
    main: nodeProgram({
      out,
      empty: true,
      input: { index: 'main/desktop/index.ts' },
      plugins: [
        filesBeside(out, {
          migrations: 'main/engine/database/migrations',
          scripts: 'main/engine/stash/companion/scripts',
          'icons/tray': 'main/desktop/icons/tray',
          'icons/app': 'main/desktop/icons/app',
        }),
      ],
    }),
    posters: nodeProgram({
      out,
      empty: false,
      input: { 'poster-worker': 'main/engine/posters/poster-worker.ts' },
      oneFile: true,
    }),
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
