/** Counts the steps of a pull or an undo for those who watch it. The total is known once the history has been read. */
import type { TaskRun } from '../task-run.ts'

/** What a pull or an undo is given of the task that it is. */
export type PlaysRun = Pick<TaskRun, 'signal' | 'progress'>

export class Steps {
  readonly #report: TaskRun['progress']
  #done = 0
  #total: number | null = null

  constructor(report: TaskRun['progress']) {
    this.#report = report
  }

  /** How many more are expected; no others are known. */
  expect(count: number): void {
    this.#total = Math.max(this.#total ?? 0, this.#done) + count
    this.#publish()
  }

  /** Steps beyond what was expected, such as rows of a history whose length is not known. */
  found(count: number): void {
    this.#done += count
    if (this.#total !== null) this.#total += count
    this.#publish()
  }

  did(count = 1): void {
    this.#done += count
    this.#publish()
  }

  #publish(): void {
    this.#report(this.#done, this.#total)
  }
}
