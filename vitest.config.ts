import { defineConfig } from 'vitest/config'
import { SkipReporter } from './test/skip-reporter.ts'

export default defineConfig({
  test: {
    include: [
      'docs/**/*.test.ts',
      'main/**/*.test.ts',
      'shared/**/*.test.ts',
      'renderer/**/*.test.ts',
      'test/**/*.test.ts',
    ],
    pool: 'forks',
    reporters: ['default', new SkipReporter()],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Two cores: more processes only wait for each other.
    maxWorkers: 2,
  },
})
