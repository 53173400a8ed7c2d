/** Owns the tables plays and play_run: every play that was seen, and its outcome. */
import type { Database } from 'better-sqlite3'
import * as z from 'zod'
import type { RatingKey, SceneId } from '../../../../shared/domain.ts'
import { type PlayReason, type PlayState, playReasonSchema, playStateSchema } from '../../../../shared/plays.ts'
import type { Clock } from '../../ports.ts'
import type { NewPlay, Play, PlayIdentity } from './play.ts'
import { maybePlayRow, playRows, runRow } from './play-row.ts'
import { playStatements } from './play-statements.ts'

/** A play that Stash refused this many times is tried again only on request. */
const triesWithoutRequest = 5

export interface PlaySelection {
  readonly state: PlayState | null
  readonly limit: number
  readonly offset: number
}

const runRows = z.array(runRow)
const countRows = z.array(z.object({ state: playStateSchema, reason: playReasonSchema.nullable(), count: z.number() }))
const keyRows = z.array(z.object({ rating_key: z.string() }))

export class PlayStore {
  readonly #clock: Clock
  readonly #db: Database
  readonly #statements

  constructor(db: Database, clock: Clock) {
    this.#db = db
    this.#clock = clock
    this.#statements = playStatements(db)
  }

  /** All of it or nothing. */
  inTransaction<T>(work: () => T): T {
    return this.#db.transaction(work)()
  }

  /** True if the play was not known yet. A row that arrives again, also without its key by now, is the same play. */
  add(play: NewPlay): boolean {
    const { server, accountId, viewedAt, ratingKey, historyKey, title, source, state, reason } = play
    const known = historyKey === '' ? null : this.#byHistoryKey(play)
    if (known !== null) {
      // It came without a key at first: now it can be resolved.
      if (known.ratingKey === null && ratingKey !== null) this.#statements.setItem.run(ratingKey, ratingKey, known.id)
      return false
    }
    const now = this.#clock.now()
    const added = this.#statements.add.run({
      server,
      accountId,
      viewedAt,
      item: ratingKey ?? historyKey,
      ratingKey,
      historyKey,
      title,
      source,
      state,
      reason,
      now,
    })
    return added.changes > 0
  }

  get(id: number): Play | null {
    return maybePlayRow.parse(this.#statements.get.get(id)) ?? null
  }

  /** True if a row of the history is stored already. */
  knows(play: PlayIdentity): boolean {
    if (play.historyKey !== '' && this.#byHistoryKey(play) !== null) return true
    const { server, accountId, viewedAt, ratingKey, historyKey } = play
    return this.#statements.knows.get(server, accountId, viewedAt, ratingKey ?? historyKey) !== undefined
  }

  /**
   * Items with plays that wait for a decision. Unless `thorough`, without those that waited in vain before: plays whose
   * match was unsure, and those that Stash refused several times.
   */
  openItems(server: string, thorough: boolean): RatingKey[] {
    return keyRows
      .parse(this.#statements.openItems.all(server, thorough ? 1 : 0, triesWithoutRequest))
      .map(({ rating_key }) => rating_key)
  }

  /** Plays of these items that wait for a decision, oldest first. */
  openOf(server: string, ratingKeys: readonly RatingKey[]): Play[] {
    return playRows.parse(this.#statements.openOf.all(server, JSON.stringify(ratingKeys)))
  }

  /** Plays that were seen without their item's key and can be resolved by nothing. Returns how many are parked now. */
  parkKeyless(server: string): number {
    return this.#statements.parkKeyless.run(this.#clock.now(), server).changes
  }

  intents(server: string): Play[] {
    return playRows.parse(this.#statements.intents.all(server))
  }

  /** Plays of a scene that are in Stash, of any Plex server. */
  appliedIn(sceneId: SceneId): Play[] {
    return playRows.parse(this.#statements.appliedIn.all(Number(sceneId)))
  }

  /** Plays whose undo was interrupted. */
  undoBegun(): Play[] {
    return playRows.parse(this.#statements.undoBegun.all())
  }

  /** What was dealt with before of a scene and the items that play it. */
  dealtWith(server: string, sceneId: SceneId, ratingKeys: readonly RatingKey[]): Play[] {
    return playRows.parse(this.#statements.dealtWith.all(server, Number(sceneId), server, JSON.stringify(ratingKeys)))
  }

  /** How many history rows an account has of an item. */
  countOf(server: string, ratingKey: RatingKey, accountId: number): number {
    return z.number().parse(this.#statements.countOf.get(server, ratingKey, accountId))
  }

  park(id: number, reason: PlayReason): void {
    this.#settle(id, 'parked', reason, null)
  }

  skip(id: number, reason: PlayReason, sceneId: SceneId | null): void {
    this.#settle(id, 'skipped', reason, sceneId)
  }

  /** Before the request: what is about to be in Stash. */
  intend(id: number, runId: number, sceneId: SceneId, stashAt: number): void {
    this.#statements.intend.run(Number(sceneId), stashAt, runId, this.#clock.now(), id)
  }

  applied(id: number): void {
    this.#statements.applied.run(this.#clock.now(), id)
  }

  /** The request did not reach Stash, or Stash refused it: nothing was written. */
  notApplied(id: number, state: 'seen' | 'failed', reason: PlayReason | null): void {
    this.#statements.notApplied.run(state, reason, this.#clock.now(), id)
  }

  beginUndo(id: number, occurrences: number): void {
    this.#statements.beginUndo.run(occurrences, this.#clock.now(), id)
  }

  undone(id: number): void {
    this.#statements.undone.run(this.#clock.now(), id)
  }

  beginRun(): number {
    return z.number().parse(this.#statements.beginRun.run(this.#clock.now()).lastInsertRowid)
  }

  hasRun(id: number): boolean {
    return this.#statements.hasRun.get(id) !== undefined
  }

  /** Plays that came to nothing and have not changed since `before` (epoch ms); `viewedFrom` in epoch seconds. */
  oldOnes(
    server: string,
    { before, viewedFrom, limit }: { readonly before: number; readonly viewedFrom: number; readonly limit: number },
  ): Play[] {
    return playRows.parse(this.#statements.oldOnes.all(before, server, viewedFrom, limit))
  }

  remove(ids: readonly number[]): void {
    this.#statements.remove.run(JSON.stringify(ids))
  }

  /** Runs from before that moment (epoch ms) of which nothing is left. */
  dropEmptyRuns(before: number): void {
    this.#statements.dropEmptyRuns.run(before)
  }

  /** Applied plays of a run, or of all; newest first. */
  appliedOf(runId: number | null): Play[] {
    return playRows.parse(runId === null ? this.#statements.allApplied.all() : this.#statements.appliedOf.all(runId))
  }

  list({ state, limit, offset }: PlaySelection): { readonly total: number; readonly plays: Play[] } {
    return {
      total: z.number().parse(this.#statements.total.get(state, state)),
      plays: playRows.parse(this.#statements.list.all(state, state, limit, offset)),
    }
  }

  /** How many plays are in each state for each reason. */
  counts(): { readonly state: PlayState; readonly reason: PlayReason | null; readonly count: number }[] {
    return countRows.parse(this.#statements.counts.all())
  }

  /** Runs, newest first. */
  runs(limit: number): z.infer<typeof runRow>[] {
    return runRows.parse(this.#statements.runs.all(limit))
  }

  #byHistoryKey({ server, historyKey, accountId, viewedAt }: PlayIdentity): Play | null {
    return maybePlayRow.parse(this.#statements.byHistoryKey.get(server, historyKey, accountId, viewedAt)) ?? null
  }

  #settle(id: number, state: PlayState, reason: PlayReason, sceneId: SceneId | null): void {
    this.#statements.settle.run(state, reason, sceneId === null ? null : Number(sceneId), this.#clock.now(), id)
  }
}
