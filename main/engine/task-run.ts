/** What work that runs as a task is given: `tasks/task-runner.ts` makes it. */
export interface TaskRun {
  readonly id: number
  readonly signal: AbortSignal
  /** What `remember` kept in an earlier process; null at the first begin. */
  readonly memo: unknown
  /** How far the work came; cheap, call it as often as you like. */
  progress(done: number, total: number | null): void
  /** Keeps what a restart needs; part of the caller's transaction where one is open. */
  remember(memo: unknown): void
}
