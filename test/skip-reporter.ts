import type { Reporter, TestModule } from 'vitest/node'

/** Prints one line for each test that was skipped for want of something, with what is missing and how to get it. */
export class SkipReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    for (const module of modules)
      for (const test of module.children.allTests('skipped')) {
        const result = test.result()
        if (result.state === 'skipped' && result.note)
          process.stdout.write(`Skipped: ${module.relativeModuleId} > ${test.fullName}: ${result.note}\n`)
      }
  }
}
