/**
 * One batch of claimed jobs, from the newest state in Stash to a recorded fate for each. Two requests read for the whole
 * batch, each changed item is written with one, and everything learned is recorded in one transaction.
 *
 * Past 200 lines because it is the one place where a job's fate is decided.
 */
import { isDeepStrictEqual } from 'node:util'
import type { Database } from 'better-sqlite3'
import type { Change, SceneId, StashScene } from '../../../shared/domain.ts'
import { classOf } from '../../../shared/errors.ts'
import type { Fault } from '../../../shared/result.ts'
import type { Settings } from '../../../shared/settings.ts'
import { emptyBase } from '../merge/base.ts'
import { landedBase } from '../merge/landed-base.ts'
import type { Clock, Logger, Random } from '../ports.ts'
import type { ClaimedJob, JobReport, Settlement } from '../queue/job.ts'
import type { JobStore } from '../queue/job-store.ts'
import { decideRetry, notFoundTries } from '../queue/retry-delay.ts'
import type { ServerGate } from '../servers/server-gate.ts'
import type { ServerIdentities } from '../servers/server-identity.ts'
import type { StashClient } from '../stash/client.ts'
import { type AppliedScene, type ApplyParts, applyScene } from './apply.ts'
import type { FolderScans } from './folder-scans.ts'
import { type ItemsInStep, wantedKey } from './items-in-sync.ts'
import { type PlannedItem, type Prepared, type PrepareParts, prepare } from './planner.ts'
import { type Cover, noCover, type SceneStates } from './scene-state.ts'
import { lastWriteOf, type SyncItems } from './sync-items.ts'

export interface BatchParts {
  readonly db: Database
  readonly store: JobStore
  readonly states: SceneStates
  readonly items: SyncItems
  readonly inStep: ItemsInStep
  readonly stash: Pick<StashClient, 'scenes' | 'cover'>
  readonly prepare: PrepareParts
  readonly apply: ApplyParts
  readonly gates: { readonly plex: ServerGate; readonly stash: ServerGate }
  readonly settings: () => Settings
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  /** Limits how many items are written at the same time, over all batches. */
  readonly limit: <T>(work: () => Promise<T>) => Promise<T>
  readonly pace: () => Promise<void>
  readonly identities: ServerIdentities
  readonly scans: FolderScans
  readonly onSettled: (settlements: readonly Settlement[]) => void
}

type Fate = Settlement extends infer S ? (S extends Settlement ? Omit<S, 'job'> : never) : never

interface Outcome {
  readonly job: ClaimedJob
  readonly fate: Fate
  /** What to remember of the scene; null where its state was not handled for good. */
  readonly handled: { readonly scene: StashScene; readonly outcome: string; readonly cover: Cover } | null
  readonly applied: AppliedScene | null
}

/** Runs scene jobs to their fates. Never throws for what servers do; `signal` lets go of what has not been begun. */
export async function runBatch(jobs: readonly ClaimedJob[], parts: BatchParts, signal: AbortSignal): Promise<void> {
  for (const job of jobs)
    parts.logger.log(
      'info',
      'Worker',
      `Processing job ${job.id} for scene ${job.subjectId} (attempt ${job.attempts + 1})`,
      {
        sceneId: job.subjectId,
      },
    )
  // Nothing may be matched before it is sure that this is the server whose rating keys we know.
  const known = await parts.identities.ensurePlex(signal)
  if (!known.ok) return settleFault(jobs, known.fault, parts)
  const read = await parts.stash.scenes([...new Set(jobs.map((job) => job.subjectId))], signal)
  if (!read.ok) return settleFault(jobs, read.fault, parts)

  const scenes = [...read.value.values()]
  const prepared = await prepare(scenes, parts.prepare, signal)
  if (!prepared.ok) return settleFault(jobs, prepared.fault, parts)

  const byScene = new Map(prepared.value.map((one) => [one.scene.id, one]))
  const overtaken = beginWrites(prepared.value, parts)
  const outcomes = await Promise.all(
    jobs.map(async (job): Promise<Outcome> => {
      const one = byScene.get(job.subjectId)
      if (one === undefined) return sceneGone(job, parts)
      return overtaken.has(one.scene.id) ? released(job) : parts.limit(() => runJob(job, one, parts, signal))
    }),
  )
  record(outcomes, parts)
}

/**
 * Before the first write of the batch: what will be ours, so that a crash in between loses no ownership. Returns the
 * scenes whose item another scene has begun to write since they were planned: they are planned again.
 */
function beginWrites(prepared: readonly Prepared[], parts: BatchParts): ReadonlySet<SceneId> {
  const overtaken = new Set<SceneId>()
  const planned = prepared.filter((one) => one.kind === 'planned')
  if (planned.every(({ items }) => items.every(({ plan }) => plan.edit === null))) return overtaken
  parts.db.transaction(() => {
    for (const { scene, items } of planned) {
      const isOvertaken = items.some(({ target, owner }) => {
        const now = parts.items.get(target.ratingKey)?.sceneId ?? scene.id
        return now !== scene.id && now !== owner
      })
      if (isOvertaken) overtaken.add(scene.id)
      else for (const item of items) if (item.plan.edit !== null) beginWrite(scene.id, item, parts)
    }
  })()
  return overtaken
}

function beginWrite(sceneId: SceneId, { target, plan, item, known }: PlannedItem, parts: BatchParts): void {
  const { ratingKey, sectionId, file } = target
  const base = landedBase(known?.base ?? emptyBase, known?.pending ?? null, item)
  parts.items.writeBegins({ ratingKey, sceneId, sectionId, file, base }, plan.after)
}

async function runJob(job: ClaimedJob, prepared: Prepared, parts: BatchParts, signal: AbortSignal): Promise<Outcome> {
  const { scene } = prepared
  const seenCover = parts.states.get(scene.id)?.cover ?? noCover
  // A person asked for this very scene: the cover is looked at anew, though the scene seems unchanged.
  const lastCover = job.force ? { ...seenCover, version: '' } : seenCover
  if (prepared.kind === 'gated') {
    parts.logger.log('info', 'Worker', `Scene ${scene.id} not written: ${prepared.reason}`, { sceneId: scene.id })
    return {
      job,
      fate: { fate: 'done', outcome: 'filtered', title: titleOf(scene), detail: prepared.reason },
      handled: { scene, outcome: 'filtered', cover: lastCover },
      applied: null,
    }
  }
  if (prepared.kind === 'failed') return failedOutcome(job, prepared, prepared.fault, parts)
  if (signal.aborted || parts.gates.plex.waitMs() > 0) return released(job)

  logMatch(prepared, parts)
  const applied = await applyScene(scene, prepared.items, lastCover, parts.apply, parts.pace, signal)
  logChanges(scene, applied, parts)
  if (applied.fault !== null) {
    const fault = await sharpen(applied.fault, parts)
    return { ...failedOutcome(job, prepared, fault, parts), applied }
  }
  const changed = applied.items.some((item) => item.changes.length > 0)
  const outcome = changed ? 'synced' : 'unchanged'
  if (!changed)
    parts.logger.log('info', 'Worker', `Scene ${scene.id} unchanged, nothing to write`, { sceneId: scene.id })
  parts.logger.log('info', 'Worker', `Job ${job.id} completed`, { sceneId: scene.id })
  return {
    job,
    fate: {
      fate: 'done',
      outcome,
      title: titleOf(scene),
      detail: detailOf(applied),
      report: reportOf(prepared, applied, parts),
    },
    handled: { scene, outcome, cover: applied.cover },
    applied,
  }
}

/** A time-out is the server's when even a cheap probe gets no answer (a half-open connection), else the request's. */
async function sharpen(fault: Fault, parts: BatchParts): Promise<Fault> {
  if (fault.code !== 'timeout') return fault
  const alive = await Promise.all([parts.gates.plex.isAlive(), parts.gates.stash.isAlive()])
  return alive.every((one) => one) ? fault : { ...fault, code: 'unreachable' }
}

function failedOutcome(job: ClaimedJob, prepared: Prepared, fault: Fault, parts: BatchParts): Outcome {
  const { scene } = prepared
  const path = prepared.kind === 'failed' ? prepared.path : (scene.files[0]?.path ?? null)
  const candidates = prepared.kind === 'failed' ? prepared.candidates : []
  logFault(scene, fault, path, parts)
  if (fault.code === 'not_in_plex' && prepared.decision !== null && parts.settings().trigger_plex_scan)
    void parts.scans.request(prepared.decision.expected, new AbortController().signal)
  const fate = fateOf(job, fault, parts, { title: titleOf(scene), path, candidates })
  const forGood = fate.fate === 'dead' || fate.fate === 'done'
  const cover = parts.states.get(scene.id)?.cover ?? noCover
  return { job, fate, handled: forGood ? { scene, outcome: fate.fate, cover } : null, applied: null }
}

function fateOf(
  job: ClaimedJob,
  fault: Fault,
  parts: BatchParts,
  about: Pick<Extract<Fate, { fate: 'dead' }>, 'title'> & {
    readonly path?: string | null
    readonly candidates?: Extract<Fate, { fate: 'dead' }>['candidates']
  },
): Fate {
  const { max_retries, skip_not_found } = parts.settings()
  const { attempts, misses } = job
  const step = decideRetry(
    { code: fault.code, attempts, misses, retryAfterMs: fault.retryAfterMs },
    { maxRetries: max_retries, skipNotFound: skip_not_found },
    parts.random,
  )
  const tries = classOf(fault.code) === 'not_found' ? notFoundTries : max_retries
  const line = (level: 'info' | 'warning' | 'error', text: string): void =>
    parts.logger.log(level, 'Worker', `Job ${job.id} ${text}`, { sceneId: job.subjectId })
  switch (step.fate) {
    case 'release':
      line('info', `waits, no attempt is counted: ${reasonOf(fault)}`)
      return { fate: 'release' }
    case 'skip':
      line('info', `skipped (skip_not_found): ${fault.message}`)
      return { fate: 'done', outcome: 'skipped', title: about.title ?? '', detail: `${fault.message} (skip_not_found)` }
    case 'retry': {
      const done = step.counts === 'miss' ? misses + 1 : attempts + 1
      line(
        'warning',
        `failed (attempt ${done}/${tries}), retry in ${(step.delayMs / 1000).toFixed(1)}s: ${reasonOf(fault)}`,
      )
      return {
        fate: 'retry',
        counts: step.counts,
        dueAt: parts.clock.now() + step.delayMs,
        code: fault.code,
        message: fault.message,
        title: about.title,
      }
    }
    case 'dead': {
      const errorClass = classOf(fault.code)
      if (errorClass === 'transient' || errorClass === 'unknown' || errorClass === 'not_found')
        line('error', `exceeded max retries (${tries}), moving to DLQ`)
      else line('error', `permanent failure, moving to DLQ: ${fault.message}`)
      return {
        fate: 'dead',
        code: fault.code,
        message: fault.message,
        title: about.title,
        ...(about.path == null ? {} : { path: about.path }),
        ...(about.candidates === undefined ? {} : { candidates: about.candidates }),
      }
    }
  }
}

/** For the log, where people look for these two words. */
function reasonOf({ code, message }: Fault): string {
  return code === 'timeout' || code === 'unreachable' ? `Connection error: ${message}` : message
}

/** The whole batch met a fault of a server. */
export async function settleFault(jobs: readonly ClaimedJob[], met: Fault, parts: BatchParts): Promise<void> {
  const fault = await sharpen(met, parts)
  const outcomes = jobs.map((job): Outcome => {
    const title = parts.states.get(job.subjectId)?.title ?? ''
    const fate: Fate = fault.code === 'cancelled' ? { fate: 'release' } : fateOf(job, fault, parts, { title })
    return { job, fate, handled: null, applied: null }
  })
  record(outcomes, parts)
}

function released(job: ClaimedJob): Outcome {
  return { job, fate: { fate: 'release' }, handled: null, applied: null }
}

function sceneGone(job: ClaimedJob, parts: BatchParts): Outcome {
  const about = { sceneId: job.subjectId }
  parts.logger.log('info', 'Worker', `Scene ${job.subjectId} is gone from Stash; Plex is left alone`, about)
  return {
    job,
    fate: {
      fate: 'done',
      outcome: 'scene_gone',
      title: '',
      detail: 'Stash has no such scene any more; Plex is left alone.',
    },
    handled: null,
    applied: null,
  }
}

/** One transaction for all that the batch came to. */
function record(outcomes: readonly Outcome[], parts: BatchParts): void {
  const now = parts.clock.now()
  const settlements = outcomes.map(({ job, fate }): Settlement => ({ job, ...fate }))
  parts.db.transaction(() => {
    parts.store.settle(settlements)
    for (const { job, fate, handled, applied } of outcomes) {
      for (const item of applied?.items ?? []) recordItem(job.subjectId, item, parts, now)
      if (handled !== null) parts.states.handled(handled.scene, handled.outcome, handled.cover, now)
      if (fate.fate === 'done' && fate.outcome === 'scene_gone') {
        parts.states.drop(job.subjectId)
        parts.items.dropScene(job.subjectId)
      }
    }
  })()
  parts.onSettled(settlements)
}

function recordItem(sceneId: SceneId, applied: AppliedScene['items'][number], parts: BatchParts, now: number): void {
  const { target, known, item, wanted } = applied.planned
  const wrote = applied.changes.length > 0
  if (!wrote && applied.fault !== null) return
  if (applied.fault !== null) parts.inStep.drop(target.ratingKey)
  else parts.inStep.note(target.ratingKey, wantedKey(wanted, parts.settings()), wrote ? null : item.updatedAt)
  parts.items.record(
    {
      ratingKey: target.ratingKey,
      sceneId,
      sectionId: target.sectionId,
      file: target.file,
      base: applied.base,
      kept: applied.kept,
    },
    wrote ? { lastWrite: lastWriteOf(applied.changes, known?.base ?? emptyBase), writtenAt: now } : null,
    // What was compared just now and needs no write is verified by that.
    wrote && !isRepetition(applied) ? null : now,
  )
}

/**
 * The very write that was read back before, because Plex had not shown it. Reading it back again would find the same, and
 * write it again, for ever: a value that Plex does not take is left after the second try.
 */
function isRepetition({ planned: { known }, changes }: AppliedScene['items'][number]): boolean {
  return known?.verifiedAt != null && isDeepStrictEqual(known.lastWrite?.changes, changes)
}

function titleOf(scene: StashScene): string {
  return scene.title !== '' ? scene.title : (scene.files[0]?.path.split(/[\\/]/).at(-1) ?? `Scene ${scene.id}`)
}

function detailOf(applied: AppliedScene): string {
  const changes = applied.items.flatMap((item) => item.changes)
  const kept = applied.items.flatMap((item) => item.kept)
  const parts = [
    changes.length === 0
      ? 'Nothing to write'
      : `Wrote ${[...new Set(changes.map((change) => change.field))].join(', ')}`,
    kept.length === 0 ? '' : `kept ${[...new Set(kept.map((one) => one.field))].join(', ')}`,
  ]
  return parts.filter((part) => part !== '').join('; ')
}

function reportOf(prepared: Prepared, applied: AppliedScene, parts: BatchParts): JobReport {
  const wrote = applied.items.some((item) => item.changes.length > 0)
  return {
    ...(prepared.decision === null
      ? {}
      : { matched: { confidence: prepared.decision.confidence, steps: [...prepared.decision.steps] } }),
    items: applied.items.map((item) => ({
      rating_key: item.planned.target.ratingKey,
      section: item.planned.target.sectionId,
      changes: [...item.changes],
      kept: [...item.kept],
    })),
    ...(wrote ? { written_at: parts.clock.now() } : {}),
  }
}

function logMatch(prepared: Extract<Prepared, { kind: 'planned' }>, parts: BatchParts): void {
  const sceneId = prepared.scene.id
  for (const { target, item } of prepared.items) {
    const library = parts.prepare.library.titleOf(target.sectionId)
    const file = prepared.scene.files[0]?.path.split(/[\\/]/).at(-1) ?? ''
    parts.logger.log('debug', 'Matcher', `Searching '${library}' for: ${file}`, { sceneId })
    parts.logger.log('debug', 'Matcher', `Found: ${item.title}`, { sceneId })
  }
}

function logChanges(scene: StashScene, applied: AppliedScene, parts: BatchParts): void {
  const changes = applied.items.flatMap((item) => item.changes)
  if (changes.length === 0) return
  const mode = parts.settings().preserve_plex_edits ? 'preserve' : 'overwrite'
  const log = (line: string): void => parts.logger.log('info', 'Worker', line, { sceneId: scene.id })
  log(`Updated metadata (${mode} mode): ${titleOf(scene)}`)
  const added = (field: Change['field'], noun: string): void => {
    const names = changes.filter((change) => change.field === field).flatMap(addedNames)
    if (names.length > 0) log(`Added ${names.length} ${noun}: [${names.map((name) => `'${name}'`).join(', ')}]`)
  }
  added('performers', 'performers')
  added('tags', 'tags')
}

function addedNames(change: Change): string[] {
  const before = new Set(Array.isArray(change.before) ? change.before : [])
  return Array.isArray(change.after) ? change.after.filter((name) => !before.has(name)) : []
}

function logFault(scene: StashScene, fault: Fault, path: string | null, parts: BatchParts): void {
  const about = { sceneId: scene.id }
  if (fault.code === 'no_file_path')
    parts.logger.log('error', '', `No file path for scene ${scene.id}, cannot sync to Plex`, about)
  else if (fault.code === 'not_in_plex')
    parts.logger.log('warning', '', 'PlexNotFound: No Plex item found for filename', { ...about, error: path })
  else if (fault.code === 'low_confidence') {
    parts.logger.log('warning', 'Matcher', fault.message, about)
    parts.logger.log('warning', '', 'Low confidence match skipped (strict_matching=true)', about)
  }
}
