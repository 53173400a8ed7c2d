import { defineConfig } from 'vite'
import { filesBeside, nodeProgram } from './vite.node.ts'

const out = 'out/headless'

/**
 * Builds the command line into `out/headless/plexsync.js`, what each of its verbs loads beside it, and the process that
 * renders posters into `out/headless/poster-worker.js`. `main/headless/bin.mjs` runs it, or the sources where they are newer.
 */
export default defineConfig({
  publicDir: false,
  builder: {
    async buildApp(builder) {
      for (const environment of Object.values(builder.environments))
        if (environment.name !== 'client') await builder.build(environment)
    },
  },
  environments: {
    program: nodeProgram({
      out,
      empty: true,
      input: { plexsync: 'main/headless/start.ts', 'poster-worker': 'main/engine/posters/poster-worker.ts' },
      plugins: [
        filesBeside(out, {
          migrations: 'main/engine/database/migrations',
          scripts: 'main/engine/stash/companion/scripts',
        }),
      ],
    }),
  },
})
