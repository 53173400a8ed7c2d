/**
 * One batch of claimed jobs, from the newest state in Stash to a recorded disposition for each. Two requests read for the whole
 * batch, each changed item is written with one, and everything learned is recorded in one transaction.
 *
 * Past 200 lines because it is the one place where a job's disposition is decided.
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
import { type AppliedScene, type ApplyDeps, applyScene } from './apply.ts'
import type { FolderScans } from './folder-scans.ts'
import { desiredKey, type ItemsInSync } from './items-in-sync.ts'
import { type PlannedItem, type PlannerDeps, type Prepared, prepare } from './planner.ts'
import { type Cover, noCover, type SceneStates } from './scene-state.ts'
import { lastWriteOf, type SyncItems } from './sync-items.ts'

export interface BatchDeps {
  readonly db: Database
  readonly store: JobStore
  readonly states: SceneStates
  readonly items: SyncItems
  readonly inSync: ItemsInSync
  readonly stash: Pick<StashClient, 'scenes' | 'cover'>
  readonly prepare: PlannerDeps
  readonly apply: ApplyDeps
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

type Disposition = Settlement extends infer S ? (S extends Settlement ? Omit<S, 'job'> : never) : never

interface Outcome {
  readonly job: ClaimedJob
  readonly disposition: Disposition
  /** What to remember of the scene; null where its state was not handled for good. */
  readonly handled: { readonly scene: StashScene; readonly outcome: string; readonly cover: Cover } | null
  readonly applied: AppliedScene | null
}

/** Runs scene jobs to their dispositions. Never throws for what servers do; `signal` lets go of what has not been begun. */
export async function runBatch(jobs: readonly ClaimedJob[], deps: BatchDeps, signal: AbortSignal): Promise<void> {
  for (const job of jobs)
    deps.logger.log(
      'info',
      'Worker',
      `Processing job ${job.id} for scene ${job.subjectId} (attempt ${job.attempts + 1})`,
      {
        sceneId: job.subjectId,
      },
    )
  // Nothing may be matched before it is sure that this is the server whose rating keys we know.
  const known = await deps.identities.ensurePlex(signal)
  if (!known.ok) return settleFault(jobs, known.fault, deps)
  const read = await deps.stash.scenes([...new Set(jobs.map((job) => job.subjectId))], signal)
  if (!read.ok) return settleFault(jobs, read.fault, deps)

  const scenes = [...read.value.values()]
  const prepared = await prepare(scenes, deps.prepare, signal)
  if (!prepared.ok) return settleFault(jobs, prepared.fault, deps)

  const byScene = new Map(prepared.value.map((one) => [one.scene.id, one]))
  const overtaken = beginWrites(prepared.value, deps)
  const outcomes = await Promise.all(
    jobs.map(async (job): Promise<Outcome> => {
      const one = byScene.get(job.subjectId)
      if (one === undefined) return sceneGone(job, deps)
      return overtaken.has(one.scene.id) ? released(job) : deps.limit(() => runJob(job, one, deps, signal))
    }),
  )
  record(outcomes, deps)
}

/**
 * Before the first write of the batch: what will be ours, so that a crash in between loses no ownership. Returns the
 * scenes whose item another scene has begun to write since they were planned: they are planned again.
 */
function beginWrites(prepared: readonly Prepared[], deps: BatchDeps): ReadonlySet<SceneId> {
  const overtaken = new Set<SceneId>()
  const planned = prepared.filter((one) => one.kind === 'planned')
  if (planned.every(({ items }) => items.every(({ plan }) => plan.edit === null))) return overtaken
  deps.db.transaction(() => {
    for (const { scene, items } of planned) {
      const isOvertaken = items.some(({ target, owner }) => {
        const now = deps.items.get(target.ratingKey)?.sceneId ?? scene.id
        return now !== scene.id && now !== owner
      })
      if (isOvertaken) overtaken.add(scene.id)
      else for (const item of items) if (item.plan.edit !== null) beginWrite(scene.id, item, deps)
    }
  })()
  return overtaken
}

function beginWrite(sceneId: SceneId, { target, plan, item, known }: PlannedItem, deps: BatchDeps): void {
  const { ratingKey, sectionId, file } = target
  const base = landedBase(known?.base ?? emptyBase, known?.pending ?? null, item)
  deps.items.writeBegins({ ratingKey, sceneId, sectionId, file, base }, plan.after)
}

async function runJob(job: ClaimedJob, prepared: Prepared, deps: BatchDeps, signal: AbortSignal): Promise<Outcome> {
  const { scene } = prepared
  const seenCover = deps.states.get(scene.id)?.cover ?? noCover
  // A person asked for this very scene: the cover is looked at anew, though the scene seems unchanged.
  const lastCover = job.force ? { ...seenCover, version: '' } : seenCover
  if (prepared.kind === 'gated') {
    deps.logger.log('info', 'Worker', `Scene ${scene.id} not written: ${prepared.reason}`, { sceneId: scene.id })
    return {
      job,
      disposition: { disposition: 'done', outcome: 'filtered', title: titleOf(scene), detail: prepared.reason },
      handled: { scene, outcome: 'filtered', cover: lastCover },
      applied: null,
    }
  }
  if (prepared.kind === 'failed') return failedOutcome(job, prepared, prepared.fault, deps)
  if (signal.aborted || deps.gates.plex.waitMs() > 0) return released(job)

  logMatch(prepared, deps)
  const applied = await applyScene(scene, prepared.items, lastCover, deps.apply, deps.pace, signal)
  logChanges(scene, applied, deps)
  if (applied.fault !== null) {
    const fault = await sharpen(applied.fault, deps)
    return { ...failedOutcome(job, prepared, fault, deps), applied }
  }
  const changed = applied.items.some((item) => item.changes.length > 0)
  const outcome = changed ? 'synced' : 'unchanged'
  if (!changed)
    deps.logger.log('info', 'Worker', `Scene ${scene.id} unchanged, nothing to write`, { sceneId: scene.id })
  deps.logger.log('info', 'Worker', `Job ${job.id} completed`, { sceneId: scene.id })
  return {
    job,
    disposition: {
      disposition: 'done',
      outcome,
      title: titleOf(scene),
      detail: detailOf(applied),
      report: reportOf(prepared, applied, deps),
    },
    handled: { scene, outcome, cover: applied.cover },
    applied,
  }
}

/** A time-out is the server's when even a cheap probe gets no answer (a half-open connection), else the request's. */
async function sharpen(fault: Fault, deps: BatchDeps): Promise<Fault> {
  if (fault.code !== 'timeout') return fault
  const alive = await Promise.all([deps.gates.plex.isAlive(), deps.gates.stash.isAlive()])
  return alive.every((one) => one) ? fault : { ...fault, code: 'unreachable' }
}

function failedOutcome(job: ClaimedJob, prepared: Prepared, fault: Fault, deps: BatchDeps): Outcome {
  const { scene } = prepared
  const path = prepared.kind === 'failed' ? prepared.path : (scene.files[0]?.path ?? null)
  const candidates = prepared.kind === 'failed' ? prepared.candidates : []
  logFault(scene, fault, path, deps)
  if (fault.code === 'not_in_plex' && prepared.decision !== null && deps.settings().trigger_plex_scan)
    void deps.scans.request(prepared.decision.expected, new AbortController().signal)
  const disposition = outcomeOf(job, fault, deps, { title: titleOf(scene), path, candidates })
  const forGood = disposition.disposition === 'dead' || disposition.disposition === 'done'
  const cover = deps.states.get(scene.id)?.cover ?? noCover
  return {
    job,
    disposition,
    handled: forGood ? { scene, outcome: disposition.disposition, cover } : null,
    applied: null,
  }
}

function outcomeOf(
  job: ClaimedJob,
  fault: Fault,
  deps: BatchDeps,
  about: Pick<Extract<Disposition, { disposition: 'dead' }>, 'title'> & {
    readonly path?: string | null
    readonly candidates?: Extract<Disposition, { disposition: 'dead' }>['candidates']
  },
): Disposition {
  const { max_retries, skip_not_found } = deps.settings()
  const { attempts, misses } = job
  const step = decideRetry(
    { code: fault.code, attempts, misses, retryAfterMs: fault.retryAfterMs },
    { maxRetries: max_retries, skipNotFound: skip_not_found },
    deps.random,
  )
  const tries = classOf(fault.code) === 'not_found' ? notFoundTries : max_retries
  const line = (level: 'info' | 'warning' | 'error', text: string): void =>
    deps.logger.log(level, 'Worker', `Job ${job.id} ${text}`, { sceneId: job.subjectId })
  switch (step.disposition) {
    case 'release':
      line('info', `waits, no attempt is counted: ${reasonOf(fault)}`)
      return { disposition: 'release' }
    case 'skip':
      line('info', `skipped (skip_not_found): ${fault.message}`)
      return {
        disposition: 'done',
        outcome: 'skipped',
        title: about.title ?? '',
        detail: `${fault.message} (skip_not_found)`,
      }
    case 'retry': {
      const done = step.counts === 'miss' ? misses + 1 : attempts + 1
      line(
        'warning',
        `failed (attempt ${done}/${tries}), retry in ${(step.delayMs / 1000).toFixed(1)}s: ${reasonOf(fault)}`,
      )
      return {
        disposition: 'retry',
        counts: step.counts,
        dueAt: deps.clock.now() + step.delayMs,
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
        disposition: 'dead',
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
export async function settleFault(jobs: readonly ClaimedJob[], met: Fault, deps: BatchDeps): Promise<void> {
  const fault = await sharpen(met, deps)
  const outcomes = jobs.map((job): Outcome => {
    const title = deps.states.get(job.subjectId)?.title ?? ''
    const disposition: Disposition =
      fault.code === 'cancelled' ? { disposition: 'release' } : outcomeOf(job, fault, deps, { title })
    return { job, disposition, handled: null, applied: null }
  })
  record(outcomes, deps)
}

function released(job: ClaimedJob): Outcome {
  return { job, disposition: { disposition: 'release' }, handled: null, applied: null }
}

function sceneGone(job: ClaimedJob, deps: BatchDeps): Outcome {
  const about = { sceneId: job.subjectId }
  deps.logger.log('info', 'Worker', `Scene ${job.subjectId} is gone from Stash; Plex is left alone`, about)
  return {
    job,
    disposition: {
      disposition: 'done',
      outcome: 'scene_gone',
      title: '',
      detail: 'Stash has no such scene any more; Plex is left alone.',
    },
    handled: null,
    applied: null,
  }
}

/** One transaction for all that the batch came to. */
function record(outcomes: readonly Outcome[], deps: BatchDeps): void {
  const now = deps.clock.now()
  const settlements = outcomes.map(({ job, disposition }): Settlement => ({ job, ...disposition }))
  deps.db.transaction(() => {
    deps.store.settle(settlements)
    for (const { job, disposition, handled, applied } of outcomes) {
      for (const item of applied?.items ?? []) recordItem(job.subjectId, item, deps, now)
      if (handled !== null) deps.states.handled(handled.scene, handled.outcome, handled.cover, now)
      if (disposition.disposition === 'done' && disposition.outcome === 'scene_gone') {
        deps.states.drop(job.subjectId)
        deps.items.dropScene(job.subjectId)
      }
    }
  })()
  deps.onSettled(settlements)
}

function recordItem(sceneId: SceneId, applied: AppliedScene['items'][number], deps: BatchDeps, now: number): void {
  const { target, known, item, wanted } = applied.planned
  const wrote = applied.changes.length > 0
  if (!wrote && applied.fault !== null) return
  if (applied.fault !== null) deps.inSync.drop(target.ratingKey)
  else deps.inSync.note(target.ratingKey, desiredKey(wanted, deps.settings()), wrote ? null : item.updatedAt)
  deps.items.record(
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
  const deps = [
    changes.length === 0
      ? 'Nothing to write'
      : `Wrote ${[...new Set(changes.map((change) => change.field))].join(', ')}`,
    kept.length === 0 ? '' : `kept ${[...new Set(kept.map((one) => one.field))].join(', ')}`,
  ]
  return deps.filter((part) => part !== '').join('; ')
}

function reportOf(prepared: Prepared, applied: AppliedScene, deps: BatchDeps): JobReport {
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
    ...(wrote ? { written_at: deps.clock.now() } : {}),
  }
}

function logMatch(prepared: Extract<Prepared, { kind: 'planned' }>, deps: BatchDeps): void {
  const sceneId = prepared.scene.id
  for (const { target, item } of prepared.items) {
    const library = deps.prepare.library.titleOf(target.sectionId)
    const file = prepared.scene.files[0]?.path.split(/[\\/]/).at(-1) ?? ''
    deps.logger.log('debug', 'Matcher', `Searching '${library}' for: ${file}`, { sceneId })
    deps.logger.log('debug', 'Matcher', `Found: ${item.title}`, { sceneId })
  }
}

function logChanges(scene: StashScene, applied: AppliedScene, deps: BatchDeps): void {
  const changes = applied.items.flatMap((item) => item.changes)
  if (changes.length === 0) return
  const mode = deps.settings().preserve_plex_edits ? 'preserve' : 'overwrite'
  const log = (line: string): void => deps.logger.log('info', 'Worker', line, { sceneId: scene.id })
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

function logFault(scene: StashScene, fault: Fault, path: string | null, deps: BatchDeps): void {
  const about = { sceneId: scene.id }
  if (fault.code === 'no_file_path')
    deps.logger.log('error', '', `No file path for scene ${scene.id}, cannot sync to Plex`, about)
  else if (fault.code === 'not_in_plex')
    deps.logger.log('warning', '', 'PlexNotFound: No Plex item found for filename', { ...about, error: path })
  else if (fault.code === 'low_confidence') {
    deps.logger.log('warning', 'Matcher', fault.message, about)
    deps.logger.log('warning', '', 'Low confidence match skipped (strict_matching=true)', about)
  }
}
