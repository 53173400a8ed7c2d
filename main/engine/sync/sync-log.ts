/** Every line that the worker's batches log. Users search for these words; docs/troubleshoot.md quotes them. */

import type { Change, ImageField, StashScene } from '../../../shared/domain.ts'
import { classOf } from '../../../shared/errors.ts'
import { englishRemark } from '../../../shared/remark-texts.ts'
import type { Fault } from '../../../shared/result.ts'
import type { Settings } from '../../../shared/settings.ts'
import { type LoggedLine, line } from '../log/line-template.ts'
import { taggingsOf } from '../merge/plex-fields.ts'
import type { Refused } from '../merge/refused.ts'
import { nameKey, sameText } from '../merge/text-equality.ts'
import type { Logger } from '../ports.ts'
import type { ClaimedJob } from '../queue/job.ts'
import { notFoundTries } from '../queue/retry-delay.ts'
import type { JobOutcome } from './outcome.ts'
import type { PlannedItem, ScenePlan } from './scene-plan.ts'
import { titleOf } from './scene-title.ts'

/** Plex: labels always come back capitalised, which is not an edit. */
const sharedNames = ['performers', 'tags', 'collection', 'director'] as const
const mostSpellings = 1_000

/** @public the guides are held against it */
export const syncLines = {
  processing: line('info', 'Worker', 'Processing job {job:n} for scene {scene} (attempt {attempt:n})'),
  searching: line('debug', 'Matcher', "Searching '{library}' for: {file}"),
  found: line('debug', 'Matcher', 'Found: {title}'),
  respelled: line(
    'info',
    'Worker',
    "Plex keeps the spelling '{shown}' for '{wanted}', which it had first; both count as equal",
  ),
  notWritten: line('info', 'Worker', 'Scene {scene} not written: {reason}'),
  noFile: line('error', '', 'No file path for scene {scene}, cannot sync to Plex'),
  notInPlex: line('warning', '', 'PlexNotFound: No Plex item found for filename'),
  lowConfidence: line('warning', '', 'Low confidence match skipped (strict_matching=true)'),
  updated: line('info', 'Worker', 'Updated metadata ({mode} mode): {title}'),
  added: line('info', 'Worker', 'Added {count:n} {noun}: [{list}]'),
  uploadFailed: line('warning', 'Worker', 'Failed to upload {image}: {problem}'),
  longRequestsRefused: line(
    'warning',
    'Plex',
    'Plex, or a proxy before it, refuses long requests ({how}); long summaries are cut to fit {bytes:n} bytes',
  ),
  valuesRefused: line('warning', 'Worker', 'Plex refuses a value of: {fields}; the rest was written'),
  sceneGone: line('info', 'Worker', 'Scene {scene} is gone from Stash; Plex is left alone'),
  unchanged: line('info', 'Worker', 'Scene {scene} unchanged, nothing to write'),
  completed: line('info', 'Worker', 'Job {job:n} completed'),
  skipped: line('info', 'Worker', 'Job {job:n} skipped: {reason}'),
  waits: line('info', 'Worker', 'Job {job:n} waits, no attempt is counted: {reason}'),
  retries: line(
    'warning',
    'Worker',
    'Job {job:n} failed (attempt {attempt:n}/{tries:n}), retry in {seconds:f}s: {reason}',
  ),
  exhausted: line('error', 'Worker', 'Job {job:n} exceeded max retries ({tries:n}), moving to DLQ'),
  permanent: line('error', 'Worker', 'Job {job:n} permanent failure, moving to DLQ: {reason}'),
}

export class SyncLog {
  readonly #logger: Logger
  readonly #settings: () => Settings
  readonly #loggedSpellings = new Set<string>()

  constructor(logger: Logger, settings: () => Settings) {
    this.#logger = logger
    this.#settings = settings
  }

  processing({ id, subjectId, attempts }: ClaimedJob): void {
    this.#log(syncLines.processing({ job: id, scene: subjectId, attempt: attempts + 1 }), subjectId)
  }

  matched(scene: StashScene, items: readonly PlannedItem[], titleOfSection: (id: string) => string): void {
    const about = { sceneId: scene.id }
    const file = scene.files[0]?.path.split(/[\\/]/).at(-1) ?? ''
    for (const { target, item } of items) {
      const library = titleOfSection(target.sectionId)
      this.#logger.log(...syncLines.searching({ library, file }), about)
      this.#logger.log(...syncLines.found({ title: item.title }), about)
    }
  }

  /** Names that differ from Plex's in letter case alone: nothing is written for them, so it is reported once. */
  respelled(scene: StashScene, items: readonly PlannedItem[]): void {
    for (const { item, plan } of items)
      for (const field of sharedNames)
        for (const { name: shown } of taggingsOf(item, field)) {
          const wanted = plan.after.lists[field]?.find((name) => nameKey(name) === nameKey(shown))
          if (wanted === undefined || sameText(wanted, shown)) continue
          const pair = `${shown}\n${wanted}`
          if (this.#loggedSpellings.has(pair) || this.#loggedSpellings.size >= mostSpellings) continue
          this.#loggedSpellings.add(pair)
          this.#log(syncLines.respelled({ shown, wanted }), scene.id)
        }
  }

  /** What the plan alone decided: skipped on purpose, or not to be found. */
  planned(plan: ScenePlan): void {
    const { scene } = plan
    if (plan.kind === 'skipped')
      this.#log(syncLines.notWritten({ scene: scene.id, reason: englishRemark(plan.remark) }), scene.id)
    if (plan.kind !== 'failed') return
    const about = { sceneId: scene.id }
    const { code, message } = plan.fault
    if (code === 'no_file_path') this.#logger.log(...syncLines.noFile({ scene: scene.id }), about)
    else if (code === 'not_in_plex') {
      const error = scene.files[0]?.path ?? null
      this.#logger.log(...syncLines.notInPlex(), { ...about, error })
    } else if (code === 'low_confidence') {
      this.#logger.log('warning', 'Matcher', message, about)
      this.#logger.log(...syncLines.lowConfidence(), about)
    }
  }

  wrote(scene: StashScene, changes: readonly Change[]): void {
    if (changes.length === 0) return
    const mode = this.#settings().preserve_plex_edits ? 'preserve' : 'overwrite'
    this.#log(syncLines.updated({ mode, title: titleOf(scene) }), scene.id)
    for (const noun of ['performers', 'tags'] as const) {
      const names = changes.filter((change) => change.field === noun).flatMap(addedNames)
      const list = names.map((name) => `'${name}'`).join(', ')
      if (names.length > 0) this.#log(syncLines.added({ count: names.length, noun, list }), scene.id)
    }
  }

  uploadFailed(sceneId: string, image: ImageField, { message }: Fault): void {
    this.#log(syncLines.uploadFailed({ image, problem: message }), sceneId)
  }

  longRequestsRefused({ status }: Fault, longest: number): void {
    this.#logger.log(...syncLines.longRequestsRefused({ how: status ?? 'connection cut', bytes: longest }))
  }

  valuesRefused(sceneId: string, refused: Refused): void {
    const fields = Object.keys(refused).join(', ')
    this.#log(syncLines.valuesRefused({ fields }), sceneId)
  }

  settled({ settlement, fault }: JobOutcome, now: number): void {
    const { job } = settlement
    const { id, subjectId: scene } = job
    const log = (message: LoggedLine): void => this.#log(message, scene)
    switch (settlement.kind) {
      case 'done':
        if (settlement.outcome === 'scene_gone') log(syncLines.sceneGone({ scene }))
        else if (settlement.outcome === 'unchanged') log(syncLines.unchanged({ scene }))
        if (settlement.outcome === 'synced' || settlement.outcome === 'unchanged') log(syncLines.completed({ job: id }))
        else if (settlement.outcome === 'skipped')
          log(syncLines.skipped({ job: id, reason: englishRemark(settlement.remark) }))
        return
      case 'release':
        if (fault !== null) log(syncLines.waits({ job: id, reason: reasonOf(fault) }))
        return
      case 'retry': {
        const attempt = (settlement.counts === 'miss' ? job.misses : job.attempts) + 1
        const seconds = (settlement.dueAt - now) / 1000
        const tries = this.#tries(settlement.code)
        log(syncLines.retries({ job: id, attempt, tries, seconds, reason: reasonOf(settlement) }))
        return
      }
      case 'dead': {
        const errorClass = classOf(settlement.code)
        const isExhausted = errorClass === 'transient' || errorClass === 'unknown' || errorClass === 'not_found'
        if (isExhausted) log(syncLines.exhausted({ job: id, tries: this.#tries(settlement.code) }))
        else log(syncLines.permanent({ job: id, reason: settlement.message }))
      }
    }
  }

  #tries(code: Fault['code']): number {
    return classOf(code) === 'not_found' ? notFoundTries : this.#settings().max_retries
  }

  #log(message: LoggedLine, sceneId: string): void {
    this.#logger.log(...message, { sceneId })
  }
}

function addedNames(change: Change): string[] {
  const before = new Set(Array.isArray(change.before) ? change.before : [])
  return Array.isArray(change.after) ? change.after.filter((name) => !before.has(name)) : []
}

/** In the words that users of the original look for. */
function reasonOf({ code, message }: Pick<Fault, 'code' | 'message'>): string {
  return code === 'timeout' || code === 'unreachable' ? `Connection error: ${message}` : message
}
