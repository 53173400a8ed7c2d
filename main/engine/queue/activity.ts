import type { ActivityRow, ParsedRequestOf } from '../../../shared/contract.ts'
import { type JobKind, type JobOrigin, type JobState, jobStates, type Outcome } from '../../../shared/domain.ts'
import { moment } from '../../../shared/moment.ts'
import type { PageEnds } from '../../../shared/pages.ts'
import { englishRemark } from '../../../shared/remark-texts.ts'
import { remarkOfFailure, remarkOfWords } from '../../../shared/remark-words.ts'
import { type Remark, remarkSchema } from '../../../shared/remarks.ts'
import type { Database } from '../database/open.ts'
import type { Clock } from '../ports.ts'
import { remarkOfAttempt } from './attempt.ts'
import { type JobReport, jobReportSchema } from './job.ts'
import { containsText, likeOf } from './job-text.ts'
import { jobsOfSubject } from './jobs-of-subject.ts'
import { type PageStatements, readPage } from './read-page.ts'
import { beyond, direction } from './seek-page.ts'

export type ActivityFilter = ParsedRequestOf<'listActivity'>

/** A job with everything that is known of it, for the story of its scene. */
export interface JobStory {
  readonly row: ActivityRow
  readonly report: JobReport | null
  /** Failed tries, oldest first; `at` in epoch ms. */
  readonly attempts: readonly { readonly at: number; readonly remark: Remark }[]
}

export interface ActivityPage {
  readonly total: number
  readonly rows: ActivityRow[]
  readonly ends: PageEnds
}

interface Row {
  readonly id: number
  readonly kind: JobKind
  readonly subjectId: string
  readonly title: string
  readonly ratingKey: string | null
  readonly state: 'waiting' | 'claimed' | 'dead' | Outcome
  readonly origin: JobOrigin
  readonly attempts: number
  readonly receivedAt: number
  readonly dueAt: number
  readonly finishedAt: number | null
  readonly detail: string
  /** Of the fault it failed with last; null without one. */
  readonly code: string | null
  /** JSON of its outcome or its last failure; null for one that has neither, and for those of a release before remarks. */
  readonly remark: string | null
}

type PlacedRow = Row & { readonly key: number }

const columns = `id, kind, CAST(subject_id AS TEXT) AS subjectId, title, state, origin, attempts + misses AS attempts,
  json_extract(report, '$.items[0].rating_key') AS ratingKey,
  received_at AS receivedAt, due_at AS dueAt, finished_at AS finishedAt, detail, code,
  json_extract(report, '$.remark') AS remark`

/** What the window calls ready, delayed and in progress, in terms of the table; the other states are its own. */
const liveStates: Partial<Record<JobState, string>> = {
  ready: "state = 'waiting' AND due_at <= @now",
  delayed: "state = 'waiting' AND due_at > @now",
  in_progress: "state = 'claimed' AND finished_at IS NULL",
}

/** The other states, as a list in a statement. */
const ended = jobStates
  .filter((state) => !(state in liveStates))
  .map((state) => `'${state}'`)
  .join(', ')

const rateStepMs = 5_000

/** Why a job waits that has not been tried yet. */
const waitingRemarks = {
  ready: { code: 'queued', values: {} },
  delayed: { code: 'settling', values: {} },
  in_progress: { code: 'in_progress', values: {} },
} as const satisfies Record<string, Remark>

/**
 * Reads the queue and its history for the window; changes nothing. Newest first means by the last thing that happened:
 * its end, or its arrival while it waits.
 */
export class Activity {
  readonly #db: Database
  readonly #clock: Clock
  readonly #sql: ReturnType<typeof statements>

  constructor(db: Database, clock: Clock) {
    this.#db = db
    this.#clock = clock
    this.#sql = statements(db)
  }

  /** One page of the jobs that pass the filter, how many pass it in all, and the places of the page's first and last row. */
  list(filter: ActivityFilter): ActivityPage {
    const now = this.#clock.now()
    const like = filter.text === undefined ? null : likeOf(filter.text)
    const bound = { now, like, text: filter.text ?? null, sceneId: filter.scene_id ?? null }
    const { total, rows, ends } = readPage<PlacedRow>(this.#db, filter, bound, listQuery(filter))
    return { total, rows: rows.map((row) => activityRow(row, now)), ends }
  }

  /** One job as it is now; null when there is none of that id. */
  job(id: number): ActivityRow | null {
    const row = this.#sql.job.get({ id })
    return row ? activityRow(row, this.#clock.now()) : null
  }

  /** The latest jobs of one scene, newest first, each with its report and failed tries. */
  ofScene(sceneId: string, limit = 50): JobStory[] {
    const now = this.#clock.now()
    return this.#sql.ofScene.all({ sceneId, limit }).map((row) => ({
      row: activityRow(row, now),
      report: row.report === null ? null : jobReportSchema.parse(JSON.parse(row.report)),
      attempts: this.#sql.attempts
        .all({ id: row.id })
        .map((attempt) => ({ at: attempt.at, remark: remarkOfAttempt(attempt) })),
    }))
  }

  /**
   * Jobs that ended per minute since an epoch ms, dead letters included. Only the time in which jobs ended counts, in
   * steps of five seconds: a pause before the work began says nothing about how fast it is.
   */
  perMinuteSince(since: number): number {
    const { count, steps } = this.#sql.finishedSince.get({ since }) ?? { count: 0, steps: 0 }
    return steps === 0 ? 0 : count / ((steps * rateStepMs) / 60_000)
  }
}

/**
 * A branch per state, each over its own index, because an OR over all of them would read the whole history to find a
 * handful of rows. Texts of the filter are bound, never spelled out.
 */
function listQuery(filter: ActivityFilter): PageStatements {
  const ofScene = filter.scene_id !== undefined
  // The few jobs of a scene are found by id, never by walking a state's whole history past them.
  const from = ofScene ? 'job NOT INDEXED' : 'job'
  const narrowed = [
    ...(ofScene ? [`id IN (${jobsOfSubject("'scene'", '@sceneId')})`] : []),
    ...(filter.text === undefined ? [] : [containsText]),
  ]
  const branches = [...new Set(filter.state ?? jobStates)].map((state) => ({
    at: state in liveStates ? 'received_at' : 'finished_at',
    where: [stateCondition(state), ...narrowed].join(' AND '),
  }))
  if (branches.length === 0) branches.push({ at: 'received_at', where: 'FALSE' })

  const everything = filter.state === undefined && narrowed.length === 0
  const counts = branches.map(({ where }) => `(SELECT count(*) FROM ${from} WHERE ${where})`)
  return {
    rows: (read) => {
      const order = direction(read, true)
      const next = branches.map(
        ({ at, where }) => `SELECT * FROM (
          SELECT id, ${at} AS at FROM ${from} WHERE ${where} AND ${beyond(read, at, true)}
          ORDER BY ${at} ${order}, id ${order} LIMIT @last)`,
      )
      // Only the page is joined: deep in a long history the rows before it are many.
      return `SELECT ${columns}, at AS key FROM (
          SELECT id, at FROM (${next.join(' UNION ALL ')}) ORDER BY at ${order}, id ${order} LIMIT @take OFFSET @skip
        ) JOIN job USING (id) ORDER BY at ${order}, id ${order}`
    },
    total: everything ? 'SELECT count(*) AS total FROM job' : `SELECT ${counts.join(' + ')} AS total`,
  }
}

/** `state` comes from a closed list (the contract's schema), so it may be part of the statement. */
function stateCondition(state: JobState): string {
  return liveStates[state] ?? `finished_at IS NOT NULL AND state = '${state}'`
}

function activityRow(row: Row, now: number): ActivityRow {
  const state = stateOf(row, now)
  const live = state === 'ready' || state === 'delayed' || state === 'in_progress'
  const waiting = live && row.detail === '' ? waitingRemarks[state] : null
  return {
    job_id: row.id,
    kind: row.kind,
    scene_id: row.subjectId,
    title: row.title,
    rating_key: row.ratingKey === null ? null : String(row.ratingKey),
    state,
    origin: row.origin,
    attempts: row.attempts,
    received_at: moment(row.receivedAt),
    due_at: state === 'delayed' ? moment(row.dueAt) : null,
    finished_at: moment(row.finishedAt),
    detail: waiting === null ? row.detail : englishRemark(waiting),
    ...(waiting ?? endRemark(row)),
  }
}

/** The outcome, the last failure, or what the words of an earlier release say. */
function endRemark({ remark, code, detail }: Row): Remark | null {
  if (remark !== null) return remarkSchema.safeParse(JSON.parse(remark)).data ?? null
  return code === null ? remarkOfWords(detail) : remarkOfFailure(code, detail)
}

function stateOf({ state, dueAt }: Row, now: number): JobState {
  if (state === 'claimed') return 'in_progress'
  if (state === 'waiting') return dueAt <= now ? 'ready' : 'delayed'
  return state
}

function statements(db: Database) {
  return {
    job: db.prepare<{ id: number }, Row>(`SELECT ${columns} FROM job WHERE id = @id`),
    ofScene: db.prepare<{ sceneId: string; limit: number }, Row & { report: string | null }>(`
      SELECT ${columns}, report FROM job
      WHERE id IN (${jobsOfSubject("'scene'", '@sceneId')}) ORDER BY id DESC LIMIT @limit`),
    attempts: db.prepare<{ id: number }, { at: number; code: string; message: string }>(`
      SELECT at, code, message FROM job_attempt WHERE job_id = @id ORDER BY id`),
    finishedSince: db.prepare<{ since: number }, { count: number; steps: number }>(`
      SELECT count(*) AS count, count(DISTINCT finished_at / ${rateStepMs}) AS steps FROM job INDEXED BY job_history
      WHERE state IN (${ended}) AND finished_at >= @since AND finished_at IS NOT NULL`),
  }
}
