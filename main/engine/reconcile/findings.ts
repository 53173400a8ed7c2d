/**
 * What one comparison has found: counts, gaps and the scenes it enqueues. A slice of scenes is one commit together with how
 * far the comparison has come, so that a kill loses at most the present slice.
 */
import type { Database } from 'better-sqlite3'
import type { SceneId } from '../../../shared/domain.ts'
import { type InTransaction, unhurriedTransactionsOf } from '../database/transaction.ts'
import type { RequestCounts } from '../http/request-count.ts'
import { baseName } from '../match/path-key.ts'
import type { JobStore } from '../queue/job-store.ts'
import type { SceneStates } from '../sync/scene-states.ts'
import { yieldToEventLoop } from '../yield-to-event-loop.ts'
import { type ComparisonCounts, type ComparisonRow, type Comparisons, countsOf } from './comparisons.ts'
import type { GapSkips } from './gap-skips.ts'
import type { Gap, Gaps } from './gaps.ts'
import type { PlexSide } from './plex-side.ts'
import type { Verdict } from './verdict.ts'

export interface FindingsDeps {
  readonly db: Database
  readonly runs: Comparisons
  readonly gaps: Gaps
  readonly store: Pick<JobStore, 'enqueue'>
  readonly states: Pick<SceneStates, 'itemGone'>
  readonly skips: GapSkips
}

/** The comparison whose findings these are. */
export interface FindingsInput {
  readonly run: ComparisonRow
  /** The setting reconcile_missing. */
  readonly enqueuesMissing: boolean
  /** As counted so far. */
  readonly requests: RequestCounts
  readonly workedMs: () => number
}

/** What a step has come to; the open scenes are those whose items are still to be read. */
export interface Step {
  readonly verdicts: readonly Verdict[]
  readonly open: readonly SceneId[]
}

const unknownPerStep = 100

export class Findings {
  readonly counts: ComparisonCounts
  readonly #deps: FindingsDeps
  readonly #input: FindingsInput
  /** Slices that a power cut takes are judged again, because how far the comparison has come goes with them. */
  readonly #inUnhurried: InTransaction

  constructor(input: FindingsInput, deps: FindingsDeps) {
    this.counts = countsOf(input.run)
    this.#input = input
    this.#deps = deps
    this.#inUnhurried = unhurriedTransactionsOf(deps.db)
  }

  /** Drops the gaps of former comparisons. */
  clear(): void {
    this.#deps.gaps.clear()
  }

  /** Plex's side is known; `listed` where all of it was listed. */
  plexRead(listed: boolean, items: number): void {
    this.counts.plex_items = items
    this.#deps.runs.plexRead(this.#input.run.id, listed, items)
  }

  /** Scenes whose items an interrupted comparison had still to read. */
  openScenes(): SceneId[] {
    return this.#deps.runs.openScenes()
  }

  /** One transaction for all that `judge` looks up and notes, and for what comes of it. */
  commit(afterScene: number, judge: () => Step): void {
    const { runs } = this.#deps
    const { run, requests, workedMs } = this.#input
    this.#inUnhurried(() => {
      const { verdicts, open } = judge()
      for (const verdict of verdicts) this.#note(verdict)
      this.counts.stash_requests = requests.stash
      this.counts.plex_requests = requests.plex
      runs.progress(run.id, { afterScene, counts: this.counts, workedMs: workedMs(), open })
    })
  }

  /** Lists the files of Plex that no scene has. */
  async listUnknown(side: PlexSide, signal: AbortSignal): Promise<void> {
    const { gaps } = this.#deps
    for (let after = 0; !signal.aborted; ) {
      const files = side.unknown(after, unknownPerStep)
      this.#inUnhurried(() => {
        for (const { ratingKey, title, file, size } of files)
          gaps.add(this.#input.run.id, {
            kind: 'unknown_to_stash',
            sceneId: null,
            ratingKey,
            title,
            path: file,
            size,
            changes: [],
            skipped: 'unknown_to_stash',
            enqueued: false,
          })
      })
      if (files.length < unknownPerStep) return
      after = files.at(-1)?.id ?? after
      await yieldToEventLoop()
    }
  }

  #note({ scene, gaps, missing, skipped, pendingRewrites }: Verdict): void {
    this.counts.pending_rewrite += pendingRewrites
    if (skipped !== null) this.counts[skipped] += 1
    if (missing !== null) this.#deps.states.itemGone(scene.id)
    const rows: Pick<Gap, 'kind' | 'ratingKey' | 'changes'>[] = [
      ...(missing === null ? [] : [{ kind: 'missing' as const, ratingKey: missing.ratingKey, changes: [] }]),
      ...gaps.map(({ target, changes, kind }) => ({ kind, ratingKey: target.ratingKey, changes })),
    ]
    if (rows.length === 0) return
    const { run, enqueuesMissing } = this.#input
    const reason = skipped ?? this.#deps.skips.reasonFor(scene, { isMissing: missing !== null, enqueuesMissing, run })
    if (reason === 'already_queued') this.counts.already_queued += 1
    const enqueued = reason === null && !run.dry_run
    if (enqueued) {
      this.#deps.store.enqueue({ kind: 'scene', subjectId: scene.id, fields: null, origin: 'reconcile' }, 0)
      this.counts.enqueued += 1
    }
    const { path = '', size = null } = scene.files[0] ?? {}
    const title = scene.title !== '' ? scene.title : baseName(path) || `Scene ${scene.id}`
    for (const row of rows)
      this.#deps.gaps.add(run.id, {
        ...row,
        sceneId: scene.id,
        title,
        path,
        size,
        skipped: reason,
        enqueued,
      })
  }
}
