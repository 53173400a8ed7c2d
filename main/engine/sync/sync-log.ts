/** Every line that the worker's batches log. Users search for these words; docs/troubleshoot.md quotes them. */

import type { Change, ImageField, StashScene } from '../../../shared/domain.ts'
import { classOf } from '../../../shared/errors.ts'
import { englishRemark } from '../../../shared/remark-texts.ts'
import type { Fault } from '../../../shared/result.ts'
import type { Settings } from '../../../shared/settings.ts'
import { taggingsOf } from '../merge/plex-fields.ts'
import type { Refused } from '../merge/refused.ts'
import { nameKey, sameText } from '../merge/text-equality.ts'
import type { Logger } from '../ports.ts'
import type { ClaimedJob } from '../queue/job.ts'
import { notFoundTries } from '../queue/retry-delay.ts'
import type { JobOutcome } from './outcome.ts'
import type { PlannedItem, ScenePlan } from './planner.ts'
import { titleOf } from './scene-title.ts'

/** Plex: labels always come back capitalised, which is no correction of anybody. */
const sharedNames = ['performers', 'tags', 'collection', 'director'] as const
const mostSpellings = 1_000

type Level = 'debug' | 'info' | 'warning' | 'error'

export class SyncLog {
  readonly #logger: Logger
  readonly #settings: () => Settings
  readonly #toldSpellings = new Set<string>()

  constructor(logger: Logger, settings: () => Settings) {
    this.#logger = logger
    this.#settings = settings
  }

  processing({ id, subjectId, attempts }: ClaimedJob): void {
    this.#worker('info', `Processing job ${id} for scene ${subjectId} (attempt ${attempts + 1})`, subjectId)
  }

  matched(scene: StashScene, items: readonly PlannedItem[], titleOfSection: (id: string) => string): void {
    const about = { sceneId: scene.id }
    const file = scene.files[0]?.path.split(/[\\/]/).at(-1) ?? ''
    for (const { target, item } of items) {
      const library = titleOfSection(target.sectionId)
      this.#logger.log('debug', 'Matcher', `Searching '${library}' for: ${file}`, about)
      this.#logger.log('debug', 'Matcher', `Found: ${item.title}`, about)
    }
  }

  /** Names that differ from Plex's in letter case alone: nothing is written for them, so it is told once. */
  respelled(scene: StashScene, items: readonly PlannedItem[]): void {
    for (const { item, plan } of items)
      for (const field of sharedNames)
        for (const { name: shown } of taggingsOf(item, field)) {
          const wanted = plan.after.lists[field]?.find((name) => nameKey(name) === nameKey(shown))
          if (wanted === undefined || sameText(wanted, shown)) continue
          const pair = `${shown}\n${wanted}`
          if (this.#toldSpellings.has(pair) || this.#toldSpellings.size >= mostSpellings) continue
          this.#toldSpellings.add(pair)
          this.#worker(
            'info',
            `Plex keeps the spelling '${shown}' for '${wanted}', which it had first; both count as equal`,
            scene.id,
          )
        }
  }

  /** What the plan alone decided: skipped on purpose, or not to be found. */
  planned(plan: ScenePlan): void {
    const { scene } = plan
    if (plan.kind === 'skipped')
      this.#worker('info', `Scene ${scene.id} not written: ${englishRemark(plan.remark)}`, scene.id)
    if (plan.kind !== 'failed') return
    const about = { sceneId: scene.id }
    const { code, message } = plan.fault
    if (code === 'no_file_path')
      this.#logger.log('error', '', `No file path for scene ${scene.id}, cannot sync to Plex`, about)
    else if (code === 'not_in_plex') {
      const error = scene.files[0]?.path ?? null
      this.#logger.log('warning', '', 'PlexNotFound: No Plex item found for filename', { ...about, error })
    } else if (code === 'low_confidence') {
      this.#logger.log('warning', 'Matcher', message, about)
      this.#logger.log('warning', '', 'Low confidence match skipped (strict_matching=true)', about)
    }
  }

  wrote(scene: StashScene, changes: readonly Change[]): void {
    if (changes.length === 0) return
    const mode = this.#settings().preserve_plex_edits ? 'preserve' : 'overwrite'
    this.#worker('info', `Updated metadata (${mode} mode): ${titleOf(scene)}`, scene.id)
    for (const noun of ['performers', 'tags'] as const) {
      const names = changes.filter((change) => change.field === noun).flatMap(addedNames)
      const list = names.map((name) => `'${name}'`).join(', ')
      if (names.length > 0) this.#worker('info', `Added ${names.length} ${noun}: [${list}]`, scene.id)
    }
  }

  uploadFailed(sceneId: string, image: ImageField, { message }: Fault): void {
    this.#worker('warning', `Failed to upload ${image}: ${message}`, sceneId)
  }

  longRequestsRefused({ status }: Fault, longest: number): void {
    const how = status ?? 'connection cut'
    const text = `Plex, or a proxy before it, refuses long requests (${how}); long summaries are cut to fit ${longest} bytes`
    this.#logger.log('warning', 'Plex', text)
  }

  valuesRefused(sceneId: string, refused: Refused): void {
    const fields = Object.keys(refused).join(', ')
    this.#worker('warning', `Plex refuses a value of: ${fields}; the rest was written`, sceneId)
  }

  settled({ settlement, fault }: JobOutcome, now: number): void {
    const { job } = settlement
    const line = (level: Level, text: string): void => this.#worker(level, text, job.subjectId)
    switch (settlement.disposition) {
      case 'done':
        if (settlement.outcome === 'scene_gone')
          line('info', `Scene ${job.subjectId} is gone from Stash; Plex is left alone`)
        else if (settlement.outcome === 'unchanged') line('info', `Scene ${job.subjectId} unchanged, nothing to write`)
        if (settlement.outcome === 'synced' || settlement.outcome === 'unchanged')
          line('info', `Job ${job.id} completed`)
        else if (settlement.outcome === 'skipped')
          line('info', `Job ${job.id} skipped: ${englishRemark(settlement.remark)}`)
        return
      case 'release':
        if (fault !== null) line('info', `Job ${job.id} waits, no attempt is counted: ${reasonOf(fault)}`)
        return
      case 'retry': {
        const done = (settlement.counts === 'miss' ? job.misses : job.attempts) + 1
        const seconds = ((settlement.dueAt - now) / 1000).toFixed(1)
        const tries = this.#tries(settlement.code)
        line(
          'warning',
          `Job ${job.id} failed (attempt ${done}/${tries}), retry in ${seconds}s: ${reasonOf(settlement)}`,
        )
        return
      }
      case 'dead': {
        const errorClass = classOf(settlement.code)
        const isExhausted = errorClass === 'transient' || errorClass === 'unknown' || errorClass === 'not_found'
        if (isExhausted)
          line('error', `Job ${job.id} exceeded max retries (${this.#tries(settlement.code)}), moving to DLQ`)
        else line('error', `Job ${job.id} permanent failure, moving to DLQ: ${settlement.message}`)
      }
    }
  }

  #tries(code: Fault['code']): number {
    return classOf(code) === 'not_found' ? notFoundTries : this.#settings().max_retries
  }

  #worker(level: Level, text: string, sceneId: string): void {
    this.#logger.log(level, 'Worker', text, { sceneId })
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
