/** The tasks on disk. Owns the table task. */
import type { Database } from 'better-sqlite3'
import * as z from 'zod'
import { reportedFault } from '../../../shared/fault-schema.ts'
import { moment } from '../../../shared/moment.ts'
import type { Fault } from '../../../shared/result.ts'
import {
  type Task,
  type TaskKind,
  type TaskState,
  taskKindSchema,
  taskSchema,
  taskStateSchema,
} from '../../../shared/tasks.ts'
import type { Clock } from '../ports.ts'

const rowSchema = z.object({
  id: z.number(),
  kind: taskKindSchema,
  state: taskStateSchema,
  done: z.number(),
  total: z.number().nullable(),
  started_at: z.number(),
  finished_at: z.number().nullable(),
  request: z.string().nullable(),
  memo: z.string().nullable(),
  result: z.string().nullable(),
  problem: z.string().nullable(),
  seen_at: z.number(),
  cancel_asked: z.number().transform(Boolean),
})
export type TaskRow = z.infer<typeof rowSchema>

const tasksKept = 100
/** A running task of a process that has said nothing for so long: that process was killed. */
const silentMs = 15_000

export class TaskStore {
  readonly #clock: Clock
  readonly #sql

  constructor(db: Database, clock: Clock) {
    this.#clock = clock
    this.#sql = statements(db)
  }

  /**
   * @param request what is needed to continue after a restart; null if the task cannot. Never a secret.
   * @param routine begun by a schedule: the row takes the place of the former one of its kind.
   */
  begin(kind: TaskKind, request: unknown, routine: boolean): TaskRow {
    const now = this.#clock.now()
    if (routine) this.#sql.dropRoutine.run(kind)
    const text = request === null ? null : JSON.stringify(request)
    const row = rowSchema.parse(this.#sql.begin.get(kind, now, text, now, routine ? 1 : 0))
    this.#sql.trim.run(row.id - tasksKept)
    return row
  }

  /** A task that was begun in another database; a task of that number, which is of an earlier time, gives way to it. */
  put({ id, kind, done, total, started_at }: TaskRow): void {
    this.#sql.put.run(id, kind, done, total, started_at, this.#clock.now())
  }

  get(id: number): TaskRow | null {
    return rowSchema.nullable().parse(this.#sql.get.get(id) ?? null)
  }

  /** The latest tasks, newest first. */
  list(): TaskRow[] {
    return z.array(rowSchema).parse(this.#sql.list.all(tasksKept))
  }

  /** How far it came. */
  progress(id: number, done: number, total: number | null): void {
    this.#sql.progress.run(done, total, this.#clock.now(), id)
  }

  /** What a restart needs to continue; inside the caller's transaction. */
  remember(id: number, memo: unknown): void {
    this.#sql.remember.run(JSON.stringify(memo), id)
  }

  end(id: number, state: Exclude<TaskState, 'running'>, result: unknown, problem: Fault | null): void {
    this.#sql.end.run(
      state,
      this.#clock.now(),
      state === 'done' ? JSON.stringify(result ?? null) : null,
      problem === null ? null : JSON.stringify(reportedFault(problem)),
      id,
    )
  }

  /** It was interrupted, and cannot be continued any more. */
  giveUp(id: number): void {
    this.#sql.giveUp.run(id)
  }

  askToCancel(id: number): void {
    this.#sql.askToCancel.run(id)
  }

  continues(id: number): void {
    this.#sql.continues.run(this.#clock.now(), id)
  }

  /** What an earlier process left as running, or as interrupted. */
  leftOver(): TaskRow[] {
    this.#sql.interruptAll.run(this.#clock.now())
    return z.array(rowSchema).parse(this.#sql.interrupted.all())
  }

  /** As callers see it. `isOwn`: this process runs it. */
  shown(row: TaskRow, isOwn: boolean): Task {
    const silence = this.#clock.now() - row.seen_at
    const isDead = row.state === 'running' && !isOwn && silence > silentMs
    const state = isDead ? 'interrupted' : row.state
    return taskSchema.parse({
      id: row.id,
      kind: row.kind,
      state,
      done: row.done,
      total: row.total,
      started_at: moment(row.started_at),
      finished_at: moment(row.finished_at),
      result: row.result === null ? null : JSON.parse(row.result),
      problem: row.problem === null ? null : JSON.parse(row.problem),
      resumes: state === 'interrupted' && row.request !== null,
    })
  }
}

function statements(db: Database) {
  return {
    begin: db.prepare<[TaskKind, number, string | null, number, number]>(
      `INSERT INTO task (kind, state, started_at, request, seen_at, routine)
       VALUES (?, 'running', ?, ?, ?, ?) RETURNING *`,
    ),
    put: db.prepare<[number, TaskKind, number, number | null, number, number]>(
      `INSERT OR REPLACE INTO task (id, kind, state, done, total, started_at, seen_at)
       VALUES (?, ?, 'running', ?, ?, ?, ?)`,
    ),
    dropRoutine: db.prepare<[TaskKind]>(`DELETE FROM task WHERE kind = ? AND routine = 1 AND state <> 'running'`),
    trim: db.prepare<[number]>(`DELETE FROM task WHERE id <= ? AND state NOT IN ('running', 'interrupted')`),
    get: db.prepare<[number]>('SELECT * FROM task WHERE id = ?'),
    list: db.prepare<[number]>('SELECT * FROM task ORDER BY id DESC LIMIT ?'),
    progress: db.prepare<[number, number | null, number, number]>(
      'UPDATE task SET done = ?, total = ?, seen_at = ? WHERE id = ?',
    ),
    remember: db.prepare<[string, number]>('UPDATE task SET memo = ? WHERE id = ?'),
    end: db.prepare<[TaskState, number, string | null, string | null, number]>(
      'UPDATE task SET state = ?, finished_at = ?, result = ?, problem = ? WHERE id = ?',
    ),
    giveUp: db.prepare<[number]>('UPDATE task SET request = NULL WHERE id = ?'),
    askToCancel: db.prepare<[number]>('UPDATE task SET cancel_asked = 1 WHERE id = ?'),
    continues: db.prepare<[number, number]>(
      "UPDATE task SET state = 'running', finished_at = NULL, problem = NULL, cancel_asked = 0, seen_at = ? WHERE id = ?",
    ),
    interruptAll: db.prepare<[number]>(
      "UPDATE task SET state = 'interrupted', finished_at = ? WHERE state = 'running'",
    ),
    interrupted: db.prepare<[]>("SELECT * FROM task WHERE state = 'interrupted' AND request IS NOT NULL ORDER BY id"),
  }
}
