import type { Reporter, TestModule } from 'vitest/node'

/**
 * Prints one line for each test that was skipped for want of something, with what is missing and how to get it, and
 * for each that passed only on its second try, with what the first one said: such a test is a fault to be mended.
 */
export class NoteReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    for (const module of modules) {
      const name = (test: { fullName: string }) => `${module.relativeModuleId} > ${test.fullName}`
      for (const test of module.children.allTests('skipped')) {
        const result = test.result()
        if (result.state === 'skipped' && result.note) process.stdout.write(`Skipped: ${name(test)}: ${result.note}\n`)
      }
      for (const test of module.children.allTests('passed')) {
        if (!test.diagnostic()?.flaky) continue
        for (const error of test.result().errors ?? [])
          process.stdout.write(`Passed on its second try only: ${name(test)}: ${error.message}\n`)
      }
    }
  }
}
