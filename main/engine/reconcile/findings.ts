/**
 * What one comparison has found: counts, gaps and the scenes it enqueues. A slice of scenes is one commit together with how
 * far the comparison has come, so that a kill loses at most the present slice.
 */
import type { Database } from 'better-sqlite3'
import type { GapKind, GapRow } from '../../../shared/contract.ts'
import type { SceneId, StashScene } from '../../../shared/domain.ts'
import { classOf } from '../../../shared/errors.ts'
import { type InTransaction, unhurriedTransactionsOf } from '../database/transaction.ts'
import type { RequestCounts } from '../http/request-count.ts'
import { baseName } from '../match/path-key.ts'
import type { DeadLetters } from '../queue/dead-letters.ts'
import type { JobStore } from '../queue/job-store.ts'
import type { SceneStates } from '../sync/scene-states.ts'
import { yieldToEventLoop } from '../yield-to-event-loop.ts'
import { type ComparisonCounts, type ComparisonRow, type Comparisons, countsOf } from './comparisons.ts'
import type { Gap, Gaps } from './gaps.ts'
import type { PlexSide } from './plex-side.ts'
import type { Verdict } from './verdict.ts'

export interface FindingsDeps {
  readonly db: Database
  readonly runs: Comparisons
  readonly gaps: Gaps
  readonly store: JobStore
  readonly deadLetters: DeadLetters
  readonly states: SceneStates
  /** Only future changes are wanted, and this scene is none: a scheduled comparison lists it without enqueuing it. */
  readonly isUnwanted: (scene: StashScene) => boolean
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

  /** One transaction for all that `judge` looks up and notes, and for what comes of it. */
  commit(afterScene: number, judge: () => Step): void {
    const { runs } = this.#deps
    const { run, requests, workedMs } = this.#input
    this.#inUnhurried(() => {
      const { verdicts, open } = judge()
      for (const verdict of verdicts) this.#note(verdict)
      this.counts.stash_requests = requests.stash
      this.counts.plex_requests = requests.plex
      runs.progress(run.id, afterScene, this.counts, workedMs(), open)
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
    const reason = skipped ?? this.#skipReason(scene, missing === null ? 'other' : 'missing')
    if (reason === 'already_queued') this.counts.already_queued += 1
    const enqueued = reason === null && !this.#input.run.dry_run
    if (enqueued) {
      this.#deps.store.enqueue({ kind: 'scene', subjectId: scene.id, fields: null, origin: 'reconcile' }, 0)
      this.counts.enqueued += 1
    }
    const { path = '', size = null } = scene.files[0] ?? {}
    const title = scene.title !== '' ? scene.title : baseName(path) || `Scene ${scene.id}`
    for (const row of rows)
      this.#deps.gaps.add(this.#input.run.id, {
        ...row,
        sceneId: scene.id,
        title,
        path,
        size,
        skipped: reason,
        enqueued,
      })
  }

  /** Why a scene with a gap is not enqueued; null if it is. */
  #skipReason(scene: StashScene, kind: Extract<GapKind, 'missing'> | 'other'): GapRow['skipped'] {
    const { store, deadLetters, states, isUnwanted } = this.#deps
    if (kind === 'missing' && !this.#input.enqueuesMissing) return 'switched_off'
    if (store.isQueued('scene', scene.id)) return 'already_queued'
    if (this.#input.run.origin === 'scheduled' && isUnwanted(scene)) return 'only_new'
    const code = deadLetters.codeOf('scene', scene.id)
    if (code === null || states.get(scene.id)?.handledVersion !== scene.updatedAt) return null
    // It is in the dead letters as it is now. Where its item is found by now, a missing or doubtful match is over.
    const cause = classOf(code)
    const isOver = kind === 'other' && (cause === 'needs_you' || cause === 'not_found')
    const isVain = cause === 'needs_you' || cause === 'permanent' || cause === 'not_found'
    return isVain && !isOver ? 'already_queued' : null
  }
}
