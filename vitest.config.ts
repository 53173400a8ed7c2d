import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { NoteReporter } from './test/note-reporter.ts'

/** These build bundles, start programs or set the environment of their process: each file gets a process of its own. */
const ownProcess = ['test/e2e/desktop/**/*.test.ts']
const window = ['test/e2e/window/**/*.test.ts']

export default defineConfig({
  test: {
    pool: 'forks',
    reporters: ['default', new NoteReporter()],
    // Seconds here are minutes on a machine that ten others keep busy: this only ends what hangs.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // Two cores: a third process needs a seventh more processor time, and the whole takes longer (308 and 323 s).
    maxWorkers: 2,
    // For the programs that tests start, hundreds of them from the same sources.
    env: { NODE_COMPILE_CACHE: fileURLToPath(new URL('node_modules/.cache/plexsync/compiled', import.meta.url)) },
    // A borrowed machine may stall for seconds: one more try there, and NoteReporter names each test that needed it.
    retry: process.env.CI ? 1 : 0,
    projects: [
      {
        extends: true,
        test: {
          name: 'shared process',
          include: ['main', 'shared', 'renderer', 'test'].map((folder) => `${folder}/**/*.test.ts`),
          exclude: [...ownProcess, ...window],
          // Loading the modules again for each file would cost as much as the tests.
          isolate: false,
        },
      },
      {
        extends: true,
        test: { name: 'window', include: window, isolate: false },
      },
      { extends: true, test: { name: 'own process', include: ownProcess } },
    ],
  },
})
