/**
 * One comparison of the two libraries: Plex's listings once, then Stash's scenes page by page against them. Items are read
 * whole, fifty at a time, only where something has changed since they were in step. Every slice of scenes is one commit of
 * what was found, what was enqueued and how far it has come, so that a kill loses at most the present slice.
 *
 * Past 300 lines because the steps of one scene share what is known of it.
 */
import type { Database } from 'better-sqlite3'
import type { GapKind, GapRow } from '../../../shared/contract.ts'
import type { Change, PlexItem, RatingKey, StashScene } from '../../../shared/domain.ts'
import { classOf } from '../../../shared/errors.ts'
import { type Fault, ok, type Result } from '../../../shared/result.ts'
import type { Settings } from '../../../shared/settings.ts'
import type { RequestCounts } from '../http/request-count.ts'
import type { Decision, Target } from '../match/decision.ts'
import type { Library } from '../match/library.ts'
import type { Matcher } from '../match/matcher.ts'
import type { PartIndex } from '../match/part-index.ts'
import { baseName, pathKey } from '../match/path-key.ts'
import { type Desired, hasMetadata } from '../merge/desired.ts'
import type { PlexClient } from '../plex/client.ts'
import type { Clock, Logger } from '../ports.ts'
import type { DeadLetters } from '../queue/dead-letters.ts'
import type { JobStore } from '../queue/job-store.ts'
import type { ServerIdentities } from '../servers/server-identity.ts'
import type { StashClient } from '../stash/client.ts'
import { beforeAllStamps, stampAt } from '../stash/stamp.ts'
import type { DesiredValues } from '../sync/desired-values.ts'
import { desiredKey, type ItemsInSync } from '../sync/items-in-sync.ts'
import { type Ownership, type PresentItem, partAt } from '../sync/ownership.ts'
import type { RulesHistory } from '../sync/rules-history.ts'
import type { SceneStates } from '../sync/scene-state.ts'
import type { SyncItem } from '../sync/sync-items.ts'
import { yieldToEventLoop } from '../yield-to-event-loop.ts'
import { compareListed, compareWhole, kindOf } from './compare.ts'
import type { Gap, Gaps } from './gaps.ts'
import type { PlexSide } from './plex-side.ts'
import { countsOf, type ReconcileRuns, type RunCounts, type RunRow } from './runs.ts'

export interface RunDeps {
  readonly db: Database
  readonly stash: Pick<StashClient, 'scenes' | 'scenesAfter' | 'sceneStamps'>
  readonly plex: Pick<PlexClient, 'items'>
  readonly identities: Pick<ServerIdentities, 'ensurePlex'>
  readonly library: Library
  readonly index: PartIndex
  readonly matcher: Matcher
  readonly ownership: Ownership
  readonly desired: DesiredValues
  readonly inSync: ItemsInSync
  readonly rules: RulesHistory
  readonly states: SceneStates
  readonly store: JobStore
  readonly deadLetters: DeadLetters
  readonly settings: () => Settings
  readonly clock: Clock
  readonly logger: Logger
  readonly runs: ReconcileRuns
  readonly gaps: Gaps
  readonly side: PlexSide
  /** Only future changes are wanted, and this scene is none: a scheduled comparison lists it without enqueuing it. */
  readonly isUnwanted: (scene: StashScene) => boolean
  /** Something was found or enqueued. */
  readonly onProgress: () => void
}

/** Scenes per page: with 500 items a page of Plex, 40,000 on either side stay below 150 requests. */
const scenesPerPage = 800
/** Scenes per commit. */
const sliceSize = 25
const itemsPerRequest = 50
const unknownPerStep = 100
const hourMs = 3_600_000
const windowMs = { all: null, '24h': 24 * hourMs, '7days': 7 * 24 * hourMs } as const
/** Stash compares times as text of its local offset: daylight saving shifts them by an hour, rarely by more. */
const overlapMs = 3 * hourMs
/** From so many scenes of Stash per item of Plex on, listing all of Plex costs less than reading single items. */
const listingPaysFrom = 1 / 10

/** An item and what it should look like. */
interface Aim {
  readonly target: Target
  readonly wanted: Desired
  readonly key: string
  /** Those of its library; or those it was written under, where nothing but settings differs since. */
  readonly settings: Settings
}

/** A scene and its items. */
interface Subject {
  readonly scene: StashScene
  readonly aims: readonly Aim[]
}

interface ItemGap {
  readonly target: Target
  readonly changes: readonly Change[]
  readonly kind: Gap['kind']
}

/** A scene of which items are to be read whole. */
interface OpenScene extends Subject {
  readonly found: readonly ItemGap[]
  readonly toRead: readonly Aim[]
}

/** What a scene came to, to be committed. */
interface Verdict {
  readonly scene: StashScene
  readonly gaps: readonly ItemGap[]
  /** Set where the scene has no item of its own. */
  readonly missing: { readonly ratingKey: RatingKey | null } | null
  readonly skipped: Extract<GapRow['skipped'], 'no_file' | 'no_metadata' | 'filtered'> | null
}

export class LibraryComparison {
  readonly #deps: RunDeps
  readonly #run: RunRow
  readonly #requests: RequestCounts
  readonly #workedMs: () => number
  readonly #signal: AbortSignal
  readonly #settings: Settings
  readonly #settingsBySection = new Map<string | null, Settings>()
  readonly counts: RunCounts
  #afterScene: number
  #listed: boolean
  #open: OpenScene[] = []

  constructor(run: RunRow, deps: RunDeps, requests: RequestCounts, workedMs: () => number, signal: AbortSignal) {
    this.#deps = deps
    this.#run = run
    this.#requests = requests
    this.#workedMs = workedMs
    this.#signal = signal
    // One set of rules for the whole run; a change of settings meanwhile counts for the next one.
    this.#settings = deps.settings()
    this.counts = countsOf(run)
    this.#afterScene = run.after_scene
    this.#listed = run.plex_listed
  }

  /** Compares everything of the run's scope from where it stands. A fault is that of the server that did not answer. */
  async compare(): Promise<Result<void>> {
    const known = await this.#deps.identities.ensurePlex(this.#signal)
    if (!known.ok) return known
    const since = await this.#since()
    if (!since.ok) return since
    const first = await this.#nextPage(since.value)
    if (!first.ok) return first
    this.counts.scenes_total = this.counts.scenes_checked + first.value.count
    const read = await this.#readPlex(first.value.count)
    if (!read.ok) return read
    const reopened = await this.#reopen()
    if (!reopened.ok) return reopened

    for (let page = first.value.scenes; page.length > 0; ) {
      const done = await this.#comparePage(page)
      if (!done.ok) return done
      if (page.length < scenesPerPage) break
      const next = await this.#nextPage(since.value)
      if (!next.ok) return next
      page = next.value.scenes
    }
    while (this.#open.length > 0) {
      const closed = await this.#closeSome()
      if (!closed.ok) return closed
    }
    if (this.#run.scope === 'all') await this.#findUnknown()
    this.counts.scenes_total = this.counts.scenes_checked
    return this.#signal.aborted ? aborted : ok(undefined)
  }

  /** Stash's text for "updated after", early enough; null for all scenes. */
  async #since(): Promise<Result<string | null>> {
    const from = this.#from()
    if (from === null) return ok(null)
    const newest = await this.#deps.stash.sceneStamps({ since: beforeAllStamps, page: 1, perPage: 1 }, this.#signal)
    if (!newest.ok) return newest
    return ok(stampAt(from - overlapMs, newest.value.stamps[0]?.updatedAt ?? ''))
  }

  /** Epoch ms from which on scenes belong to the scope; null for all. */
  #from(): number | null {
    const window = windowMs[this.#run.scope]
    return window === null ? null : this.#run.started_at - window
  }

  /** The run looks at every scene and enqueues what it finds. */
  get #enqueuesAll(): boolean {
    return this.#run.scope === 'all' && !this.#run.dry_run
  }

  #nextPage(since: string | null): ReturnType<StashClient['scenesAfter']> {
    return this.#deps.stash.scenesAfter({ after: this.#afterScene, since, limit: scenesPerPage }, this.#signal)
  }

  async #readPlex(scenes: number): Promise<Result<void>> {
    const { library, index, side, gaps, runs } = this.#deps
    if (this.#listed) return library.ready(this.#signal)
    if (this.#afterScene === 0) {
      side.clear()
      gaps.clear()
    }
    this.#listed = this.#run.scope === 'all' || scenes > index.count() * listingPaysFrom
    const read = this.#listed
      ? await library.readAll({ take: (items) => side.keep(items), silent: this.#enqueuesAll }, this.#signal)
      : await library.refresh('changed', this.#signal)
    if (!read.ok) return read
    this.counts.plex_items = index.count()
    runs.plexRead(this.#run.id, this.#listed, this.counts.plex_items)
    this.#deps.onProgress()
    return ok(undefined)
  }

  /** Scenes whose items an interrupted run had still to read. */
  async #reopen(): Promise<Result<void>> {
    const ids = this.#deps.runs.openScenes()
    if (ids.length === 0) return ok(undefined)
    const scenes = await this.#deps.stash.scenes(ids, this.#signal)
    if (!scenes.ok) return scenes
    this.#commit(() => [...scenes.value.values()].flatMap((scene) => this.#judge(scene) ?? []), this.#afterScene)
    return ok(undefined)
  }

  async #comparePage(page: readonly StashScene[]): Promise<Result<void>> {
    const from = this.#from()
    for (let start = 0; start < page.length; start += sliceSize) {
      if (this.#signal.aborted) return aborted
      const slice = page.slice(start, start + sliceSize)
      const inScope = slice.filter((scene) => from === null || !(Date.parse(scene.updatedAt) < from))
      this.counts.scenes_checked += inScope.length
      this.#commit(
        () => inScope.flatMap((scene) => this.#judge(scene) ?? []),
        Number(slice.at(-1)?.id ?? this.#afterScene),
      )
      await yieldToEventLoop()
      while (this.#open.length >= itemsPerRequest) {
        const closed = await this.#closeSome()
        if (!closed.ok) return closed
      }
    }
    return ok(undefined)
  }

  /** What is to be committed for a scene; null where its items are to be read first, or where nothing is to be said. */
  #judge(scene: StashScene): Verdict | null {
    const none: Verdict = { scene, gaps: [], missing: null, skipped: null }
    const decision = this.#deps.matcher.match(scene)
    this.#noteSeen(scene, decision)
    if (scene.files.length === 0) return { ...none, missing: { ratingKey: null }, skipped: 'no_file' }
    const filtered: Verdict = { ...none, skipped: 'filtered' }
    const outcomes = (decision.targets.length === 0 ? [null] : decision.targets.map(({ sectionId }) => sectionId)).map(
      (sectionId) => this.#deps.desired.of(scene, this.#settingsFor(sectionId)),
    )
    if (outcomes.every((outcome) => outcome.kind === 'gated' && outcome.gate !== 'no_metadata')) return filtered
    const missing = decision.targets.length === 0 ? { ratingKey: null } : null
    if (!hasMetadata(scene)) return { ...none, missing, skipped: 'no_metadata' }
    if (missing !== null) return { ...none, missing }
    const own = decision.targets.filter((target) => !this.#isTaken(target, scene))
    const first = decision.targets[0]
    if (own.length === 0) return { ...none, missing: { ratingKey: first?.ratingKey ?? null } }
    // Invalid by strict_mode: a job of its own says so in the dead letters, as soon as Stash has changed the scene.
    const aims = own.flatMap((target) => this.#aim(target, scene) ?? [])
    if (aims.length === 0) return null
    const subject: Subject = { scene, aims }
    const views = aims.map((aim) => ({ aim, view: this.#view(aim, scene) }))
    const found = views.flatMap(({ aim, view }) => (typeof view === 'string' ? [] : this.#gap(aim, view, scene)))
    const toRead = views.flatMap(({ aim, view }) => (view === 'read' ? [aim] : []))
    if (toRead.length > 0) {
      this.#open.push({ ...subject, found, toRead })
      return null
    }
    return this.#withVersion(subject, found)
  }

  #settingsFor(sectionId: string | null): Settings {
    const before = this.#settingsBySection.get(sectionId)
    if (before !== undefined) return before
    const settings = this.#deps.desired.settingsFor(sectionId)
    this.#settingsBySection.set(sectionId, settings)
    return settings
  }

  /** What the item should look like; null where the scene is not written to its library. */
  #aim(target: Target, scene: StashScene): Aim | null {
    const settings = this.#settingsFor(target.sectionId)
    const outcome = this.#deps.desired.of(scene, settings)
    if (outcome.kind !== 'wanted') return null
    const { wanted } = outcome
    const aim: Aim = { target, wanted, key: desiredKey(wanted, settings), settings }
    const before = this.#isNewer(scene) ? null : this.#underFormerRules(aim, scene)
    if (before !== null) this.counts.pending_rewrite += 1
    return before ?? aim
  }

  /**
   * The aim by the settings under which the item was in sync last, where nothing but settings differs since then: such an
   * item waits for a rewrite, and is a gap only if Plex has changed it.
   */
  #underFormerRules(aim: Aim, scene: StashScene): Aim | null {
    const { inSync, rules, desired } = this.#deps
    const { target, settings, key } = aim
    const known = inSync.get(target.ratingKey, target.file)
    if (known?.rules == null || known.rules === rules.idOf(settings)) return null
    const former = rules.settingsOf(known.rules, settings)
    if (former === null) return null
    const outcome = desired.of(scene, former)
    const formerKey = outcome.kind === 'wanted' ? desiredKey(outcome.wanted, former) : null
    if (outcome.kind !== 'wanted' || formerKey !== known.wanted || formerKey === null) return null
    if (formerKey !== key) return { target, wanted: outcome.wanted, key: formerKey, settings: former }
    inSync.underRules(target.ratingKey, rules.idOf(settings))
    return null
  }

  #noteSeen(scene: StashScene, decision: Decision): void {
    if (this.#run.scope !== 'all') return
    const { rules } = this.#deps.matcher
    const files = scene.files.map((file) => rules.map(file.path)?.path ?? file.path)
    for (const file of [...files, ...decision.targets.map((target) => target.file)]) this.#deps.side.seen(pathKey(file))
  }

  /** Another living scene writes to the item, and the user has not picked it for this one. */
  #isTaken(target: Target, scene: StashScene): boolean {
    const rival = this.#deps.ownership.rivalOf({ scene, item: this.#present(target), scenePath: target.scenePath })
    return rival !== null && this.#deps.states.get(rival) !== null
  }

  #present({ ratingKey }: Target): PresentItem {
    return { ratingKey, parts: this.#deps.index.byItem(ratingKey) }
  }

  #record(target: Target, scene: StashScene): SyncItem | null {
    return this.#deps.ownership.recordOf(scene.id, this.#present(target))
  }

  /** What can be told of an item without reading it whole. */
  #view({ target, wanted, key, settings }: Aim, scene: StashScene): 'in_sync' | 'read' | readonly Change[] {
    const { inSync, side } = this.#deps
    const listed = this.#listed ? side.listed(target.ratingKey) : null
    if (listed === null) return 'read'
    const known = inSync.get(target.ratingKey, target.file)
    const written = this.#record(target, scene)
    if (known === null && written !== null) return 'read'
    if (known !== null) {
      if (known.wanted !== key) return 'read'
      if (known.plexUpdatedAt !== null) return known.plexUpdatedAt === listed.updatedAt ? 'in_sync' : 'read'
      // Written, and not read again yet.
      const writtenAt = written?.writtenAt ?? null
      if (writtenAt === null || listed.updatedAt > Math.floor(writtenAt / 1000)) return 'read'
    }
    if (listed.item === null) return 'read'
    const base = written?.base ?? null
    const pending = written?.pending ?? null
    const compared = compareListed({ wanted, item: listed.item, base, pending, settings })
    if (compared === 'equal') return 'in_sync'
    if (known !== null) return compared === 'unsure' ? 'in_sync' : 'read'
    return compared === 'unsure' ? 'read' : compared
  }

  #gap({ target, key }: Aim, changes: readonly Change[], scene: StashScene): ItemGap {
    const known = this.#deps.inSync.get(target.ratingKey, target.file)
    const met = known !== null || this.#record(target, scene) !== null
    const stashChanged = (known !== null && known.wanted !== key) || this.#isNewer(scene)
    return { target, changes, kind: kindOf(changes, { met, stashChanged }) }
  }

  /** Stash has changed the scene since it was written last. */
  #isNewer(scene: StashScene): boolean {
    const state = this.#deps.states.get(scene.id)
    const inSync = state?.outcome === 'synced' || state?.outcome === 'unchanged'
    return inSync && state.handledVersion !== scene.updatedAt
  }

  /** Where no field differs, Stash may still be newer: its cover may have changed. */
  #withVersion({ scene, aims }: Subject, found: readonly ItemGap[]): Verdict {
    const target = aims[0]?.target
    const isStale = found.length === 0 && target !== undefined && this.#isNewer(scene)
    const gaps: readonly ItemGap[] = isStale ? [{ target, changes: [], kind: 'stale' }] : found
    return { scene, gaps, missing: null, skipped: null }
  }

  /** Reads the items of the first open scenes with one request, and commits what they come to. */
  async #closeSome(): Promise<Result<void>> {
    let keys = 0
    const end = this.#open.findIndex(({ toRead }) => {
      keys += toRead.length
      return keys > itemsPerRequest
    })
    const scenes = this.#open.slice(0, end === -1 ? undefined : Math.max(1, end))
    const read = await this.#deps.plex.items(
      scenes.flatMap(({ toRead }) => toRead.map(({ target }) => target.ratingKey)),
      this.#signal,
    )
    if (!read.ok) return read
    this.#open = this.#open.slice(scenes.length)
    this.#commit(() => scenes.map((scene) => this.#close(scene, read.value)), this.#afterScene)
    await yieldToEventLoop()
    return ok(undefined)
  }

  #close(open: OpenScene, read: ReadonlyMap<RatingKey, PlexItem>): Verdict {
    const gone: Target[] = []
    const found = open.toRead.flatMap((aim) => {
      const { target, wanted, key, settings } = aim
      const item = read.get(target.ratingKey)
      if (item === undefined || partAt(item, target.file) === undefined) {
        gone.push(target)
        return []
      }
      const known = this.#deps.ownership.recordOf(open.scene.id, item)
      const changes = compareWhole({
        wanted,
        item,
        base: known?.base ?? null,
        pending: known?.pending ?? null,
        settings,
      })
      if (changes.length > 0) return [this.#gap(aim, changes, open.scene)]
      this.#deps.inSync.note(target, key, item.updatedAt, this.#deps.rules.idOf(settings))
      return []
    })
    for (const target of gone) this.#deps.index.removeItem(target.ratingKey)
    if (gone.length === open.aims.length)
      return { scene: open.scene, gaps: [], missing: { ratingKey: null }, skipped: null }
    return this.#withVersion(open, [...open.found, ...found])
  }

  /** One transaction for all that `judge` looks up and notes, and for what comes of it. */
  #commit(judge: () => readonly Verdict[], afterScene: number): void {
    const { db, runs } = this.#deps
    this.#afterScene = Math.max(this.#afterScene, afterScene)
    db.transaction(() => {
      for (const verdict of judge()) this.#note(verdict)
      this.counts.stash_requests = this.#requests.stash
      this.counts.plex_requests = this.#requests.plex
      const open = this.#open.map(({ scene }) => scene.id)
      runs.progress(this.#run.id, this.#afterScene, this.counts, this.#workedMs(), open)
    })()
    this.#deps.onProgress()
  }

  #note({ scene, gaps, missing, skipped }: Verdict): void {
    if (skipped !== null) this.counts[skipped] += 1
    if (missing !== null) this.#deps.states.itemGone(scene.id)
    const rows: Pick<Gap, 'kind' | 'ratingKey' | 'changes'>[] = [
      ...(missing === null ? [] : [{ kind: 'missing' as const, ratingKey: missing.ratingKey, changes: [] }]),
      ...gaps.map(({ target, changes, kind }) => ({ kind, ratingKey: target.ratingKey, changes })),
    ]
    if (rows.length === 0) return
    const reason = skipped ?? this.#skipReason(scene, missing === null ? 'other' : 'missing')
    if (reason === 'already_queued') this.counts.already_queued += 1
    const enqueued = reason === null && !this.#run.dry_run
    if (enqueued) {
      this.#deps.store.enqueue({ kind: 'scene', subjectId: scene.id, fields: null, origin: 'reconcile' }, 0)
      this.counts.enqueued += 1
    }
    const path = scene.files[0]?.path ?? ''
    const title = scene.title !== '' ? scene.title : baseName(path) || `Scene ${scene.id}`
    for (const row of rows)
      this.#deps.gaps.add(this.#run.id, { ...row, sceneId: scene.id, title, path, skipped: reason, enqueued })
  }

  /** Why a scene with a gap is not enqueued; null where it is. */
  #skipReason(scene: StashScene, kind: Extract<GapKind, 'missing'> | 'other'): GapRow['skipped'] {
    if (kind === 'missing' && !this.#settings.reconcile_missing) return 'switched_off'
    if (this.#deps.store.isQueued('scene', scene.id)) return 'already_queued'
    if (this.#run.origin === 'scheduled' && this.#deps.isUnwanted(scene)) return 'only_new'
    const code = this.#deps.deadLetters.codeOf('scene', scene.id)
    if (code === null || this.#deps.states.get(scene.id)?.handledVersion !== scene.updatedAt) return null
    // It is in the dead letters as it is now. Where its item is found by now, a missing or doubtful match is over.
    const cause = classOf(code)
    const isOver = kind === 'other' && (cause === 'needs_you' || cause === 'not_found')
    const isVain = cause === 'needs_you' || cause === 'permanent' || cause === 'not_found'
    return isVain && !isOver ? 'already_queued' : null
  }

  async #findUnknown(): Promise<void> {
    const { side, gaps, db } = this.#deps
    for (let after = 0; !this.#signal.aborted; ) {
      const files = side.unknown(after, unknownPerStep)
      db.transaction(() => {
        for (const { ratingKey, title, file } of files)
          gaps.add(this.#run.id, {
            kind: 'unknown_to_stash',
            sceneId: null,
            ratingKey,
            title,
            path: file,
            changes: [],
            skipped: 'unknown_to_stash',
            enqueued: false,
          })
      })()
      if (files.length < unknownPerStep) return
      after = files.at(-1)?.id ?? after
      await yieldToEventLoop()
    }
  }
}

const aborted: Result<never> = { ok: false, fault: { code: 'cancelled', message: 'Cancelled' } satisfies Fault }
