/**
 * Runs long work as tasks: begins it, keeps its progress on disk, cancels it, and continues it after a restart.
 *
 *     runner.begin('rewrite', (run) => rewrite(run.signal, (done, total) => run.progress(done, total)), { request: {} })
 *
 * `begin` returns right away; the result of the work becomes the task's result, a fault its problem. Work ends soon after
 * `run.signal` is aborted. With a `request` the task continues after a restart, with the work that `TaskKinds` makes of it.
 */

import { decline } from '../../../shared/decline.ts'
import { fail, type Result, textOf } from '../../../shared/result.ts'
import type { Task, TaskKind } from '../../../shared/tasks.ts'
import { Listeners } from '../listeners.ts'
import type { Clock, Logger } from '../ports.ts'
import type { TaskRun } from '../task-run.ts'
import { taskLines } from './task-log.ts'
import type { TaskRow, TaskStore } from './task-store.ts'

export type TaskWork = (run: TaskRun) => Promise<Result<unknown>>

/** For work that is short this time: nothing of it is kept or shown. */
export function untracked(signal: AbortSignal): TaskRun {
  return { id: 0, signal, memo: null, progress: () => {}, remember: () => {} }
}

export interface BeginOptions {
  /** JSON that is needed to continue after a restart, never a secret; without it the task cannot. */
  readonly request?: unknown
  /** Returns the task of this kind that runs already, if there is one. */
  readonly join?: boolean
  /** Begun by a schedule: only the latest of its kind is kept. */
  readonly routine?: boolean
}

export interface TaskRunnerDeps {
  readonly store: TaskStore
  /** Its end, with `TaskInterrupted` as its reason, interrupts all tasks: they continue after the next start. */
  readonly lifetime: AbortSignal
  readonly clock: Clock
  readonly logger: Logger
}

/** Why `run.signal` was aborted where PlexSync stops and the task is to continue later. */
export class TaskInterrupted extends Error {}

interface Running {
  readonly abort: AbortController
  readonly ended: Promise<void>
  done: number
  total: number | null
}

/** How often progress is written and a wish to cancel from another process is looked for. */
const beatMs = 1_000
const changeEveryMs = 250

export class TaskRunner {
  readonly #deps: TaskRunnerDeps
  readonly #running = new Map<number, Running>()
  /** Those that another database holds now. */
  readonly #moved = new Set<number>()
  readonly #changes = new Listeners<Task>()
  #endBeat: (() => void) | null = null

  constructor(deps: TaskRunnerDeps) {
    this.#deps = deps
  }

  /** Calls `listener` when a task begins, moves on (at most four times a second) and ends. */
  onChange(listener: (task: Task) => void): () => void {
    return this.#changes.add(listener)
  }

  begin(kind: TaskKind, work: TaskWork, options: BeginOptions = {}): Task {
    const { request = null, join = false, routine = false } = options
    const present = join ? this.list().find((task) => task.kind === kind && task.state === 'running') : undefined
    if (present !== undefined) return present
    const row = this.#deps.store.begin(kind, request, routine)
    this.#start(row, work)
    return this.#shown(row)
  }

  /**
   * Begins a task and waits for its result. The caller's `signal` ends the wait, and the task as well if it `endsWithCaller`.
   */
  async run<T>(
    kind: TaskKind,
    work: (run: TaskRun) => Promise<Result<T>>,
    { endsWithCaller = false, ...options }: BeginOptions & { readonly endsWithCaller?: boolean },
    signal: AbortSignal,
  ): Promise<Result<T>> {
    const result = Promise.withResolvers<Result<T>>()
    const begun = this.begin(
      kind,
      async (run) => {
        const done = await work(run)
        result.resolve(done)
        return done
      },
      options,
    )
    const leave = (): void => {
      if (endsWithCaller) void this.cancel(begun.id)
      result.resolve(fail('cancelled', 'The caller has left'))
    }
    signal.addEventListener('abort', leave, { once: true })
    if (signal.aborted) leave()
    // Work that throws, or that never began because PlexSync stops, gives no result itself.
    void this.ended(begun.id).then((task) => {
      const fault = task?.problem ?? { code: 'cancelled' as const, message: 'Stopped' }
      result.resolve({ ok: false, fault })
    })
    try {
      return await result.promise
    } finally {
      signal.removeEventListener('abort', leave)
    }
  }

  get(id: number): Task | null {
    const row = this.#deps.store.get(id)
    return row === null ? null : this.#shown(row)
  }

  /** Newest first. */
  list(): Task[] {
    return this.#deps.store.list().map((row) => this.#shown(row))
  }

  /** Comes with the task once it has ended in this process; with null if it ends in another database. */
  async ended(id: number): Promise<Task | null> {
    await this.#running.get(id)?.ended
    return this.#moved.has(id) ? null : this.get(id)
  }

  /** Lets a running task leave this database, which it replaces: it is neither stopped with it nor stored in it any more. */
  move(id: number): TaskRow | null {
    const running = this.#running.get(id)
    const row = this.#deps.store.get(id)
    if (running === undefined || row === null) return null
    this.#running.delete(id)
    this.#moved.add(id)
    if (this.#running.size === 0) this.#stopBeat()
    return { ...row, done: running.done, total: running.total }
  }

  /** Takes in a task that left another database, with its outcome, so that its watchers see it end. */
  adopt(row: TaskRow, outcome: Result<unknown>): void {
    const { store } = this.#deps
    store.put(row)
    if (outcome.ok) store.end(row.id, 'done', outcome.value, null)
    else store.end(row.id, 'failed', null, outcome.fault)
    this.#publish(row.id)
  }

  /** Asks the task to stop: one of this process ends before this returns, one of another soon. Fault: `unknown_name`. */
  async cancel(id: number): Promise<Result<Task>> {
    const running = this.#running.get(id)
    if (running !== undefined) {
      running.abort.abort()
      await running.ended
    } else {
      const task = this.get(id)
      if (task?.state === 'running') this.#deps.store.askToCancel(id)
      else if (task?.state === 'interrupted') this.#deps.store.end(id, 'cancelled', null, null)
    }
    const task = this.get(id)
    return task === null ? decline('unknown_name', { code: 'no_task', values: { id } }) : { ok: true, value: task }
  }

  /** At the start of the one process that works: continues what was interrupted and can be continued. */
  resume(workFor: (kind: TaskKind, request: unknown) => TaskWork | null): void {
    for (const row of this.#deps.store.leftOver()) {
      const work = row.request === null ? null : workFor(row.kind, JSON.parse(row.request))
      if (work === null || row.cancel_asked) {
        if (row.cancel_asked) this.#deps.store.end(row.id, 'cancelled', null, null)
        else this.#deps.store.giveUp(row.id)
        continue
      }
      this.#deps.logger.log(...taskLines.resumed({ task: row.id, kind: row.kind, done: row.done }))
      this.#deps.store.continues(row.id)
      this.#start({ ...row, state: 'running' }, work)
    }
  }

  /** Resolves when all work has ended. */
  async allEnded(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ ended }) => ended))
  }

  #start(row: TaskRow, work: TaskWork): void {
    const { store, clock } = this.#deps
    const abort = new AbortController()
    let publishedAt = Number.NEGATIVE_INFINITY
    const run: TaskRun = {
      id: row.id,
      signal: AbortSignal.any([abort.signal, this.#deps.lifetime]),
      memo: row.memo === null ? null : JSON.parse(row.memo),
      progress: (done, total) => {
        running.done = done
        running.total = total
        const now = clock.now()
        if (now >= publishedAt && now - publishedAt < changeEveryMs) return
        publishedAt = now
        this.#publish(row.id)
      },
      remember: (memo) => store.remember(row.id, memo),
    }
    // In a separate turn, so that the caller has the task before its first event.
    const ended = Promise.resolve().then(() => this.#work(row, run, work))
    const running: Running = { abort, ended, done: row.done, total: row.total }
    this.#running.set(row.id, running)
    this.#beat()
  }

  async #work(row: TaskRow, run: TaskRun, work: TaskWork): Promise<void> {
    const { store, logger } = this.#deps
    this.#publish(row.id)
    let outcome: Result<unknown>
    try {
      outcome = await work(run)
    } catch (error) {
      logger.log(...taskLines.failed({ task: row.id, kind: row.kind, problem: textOf(error) }), { error })
      outcome = fail('unexpected', textOf(error))
    }
    if (this.#moved.has(row.id)) return
    const running = this.#running.get(row.id)
    this.#running.delete(row.id)
    if (this.#running.size === 0) this.#stopBeat()
    try {
      if (running !== undefined) store.progress(row.id, running.done, running.total)
      if (outcome.ok) store.end(row.id, 'done', outcome.value, null)
      else if (run.signal.aborted)
        store.end(row.id, running?.abort.signal.aborted === false ? 'interrupted' : 'cancelled', null, null)
      else store.end(row.id, 'failed', null, outcome.fault)
    } catch (error) {
      // A full disk: the row stays as running, and the next start finds it.
      logger.log(...taskLines.endNotStored({ task: row.id, problem: textOf(error) }), { error })
    }
    this.#publish(row.id)
  }

  #beat(): void {
    if (this.#endBeat !== null) return
    this.#endBeat = this.#deps.clock.setTimer(beatMs, () => {
      this.#endBeat = null
      try {
        for (const [id, { done, total }] of this.#running) this.#deps.store.progress(id, done, total)
        for (const [id, running] of this.#running)
          if (this.#deps.store.get(id)?.cancel_asked === true) running.abort.abort()
      } catch (error) {
        this.#deps.logger.log(...taskLines.progressNotStored({ problem: textOf(error) }))
      }
      if (this.#running.size > 0) this.#beat()
    })
  }

  #stopBeat(): void {
    this.#endBeat?.()
    this.#endBeat = null
  }

  #shown(row: TaskRow): Task {
    const running = this.#running.get(row.id)
    const shown = this.#deps.store.shown(row, running !== undefined)
    return running === undefined ? shown : { ...shown, done: running.done, total: running.total }
  }

  #publish(id: number): void {
    const task = this.get(id)
    if (task !== null) this.#changes.send(task)
  }
}
