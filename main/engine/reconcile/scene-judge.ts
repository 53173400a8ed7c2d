/**
 * Judges the scenes of one comparison: does each have its item, and does the item need anything? What an item should look
 * like and what it needs is the planner's answer (`sync/aims.ts`), and whose item it is, `sync/ownership.ts`'s.
 *
 * `judge` gives the verdict by what is known: the match, the records, and the listing of Plex. If that is not enough for an
 * item, the scene stays open until its items are read; then `close` gives the verdict.
 */
import type { Change, PlexItem, RatingKey, StashScene } from '../../../shared/domain.ts'
import type { Settings } from '../../../shared/settings.ts'
import type { Decision, Target } from '../match/decision.ts'
import type { Matcher } from '../match/matcher.ts'
import { pathKey } from '../match/path-key.ts'
import { hasMetadata } from '../merge/desired.ts'
import { type Aim, type Aims, planFor } from '../sync/aims.ts'
import type { InSync, ItemsInSync } from '../sync/items-in-sync.ts'
import { type Ownership, type PresentItem, partAt } from '../sync/ownership.ts'
import type { SceneStates } from '../sync/scene-states.ts'
import type { SyncItem } from '../sync/sync-item.ts'
import type { UnknownLocks } from '../sync/unknown-locks.ts'
import { kindOf } from './compare.ts'
import { type KnownItem, viewItem } from './item-view.ts'
import type { PlexSide } from './plex-side.ts'
import { type ItemGap, type OpenScene, type Verdict, verdictOn } from './verdict.ts'

export interface SceneJudgeDeps {
  readonly matcher: Matcher
  readonly aims: Aims
  readonly ownership: Ownership
  readonly inSync: ItemsInSync
  readonly states: SceneStates
  readonly side: PlexSide
  readonly locks: Pick<UnknownLocks, 'note' | 'drop'>
}

/** What is known of an item beside the listing. */
type Known = Omit<KnownItem, 'listed'>

/** Posters that one comparison has looked at; the next one judges the others. */
const mostPosters = 500
/** Items never seen before of which one comparison looks at the locks, which a listing does not show. */
const mostLooked = 500

export class SceneJudge {
  readonly #deps: SceneJudgeDeps
  /** Whether the files seen are noted, to find those that no scene has. */
  readonly #notesFiles: boolean
  /** One set of rules for the whole comparison; a change of settings in between counts for the next one. */
  readonly #settings = new Map<string | null, Settings>()

  #posters = 0
  #looked = 0

  constructor(deps: SceneJudgeDeps, notesFiles: boolean) {
    this.#deps = deps
    this.#notesFiles = notesFiles
  }

  /**
   * The verdict on a scene by what is known, or the items that have to be read for one. `isListed`: Plex was listed as a
   * whole, so that the listing can be asked.
   */
  judge(scene: StashScene, isListed: boolean): Verdict | OpenScene {
    const decision = this.#deps.matcher.match(scene)
    if (this.#notesFiles) this.#noteSeen(scene, decision)
    if (scene.files.length === 0) return verdictOn(scene, { missing: { ratingKey: null }, skipped: 'no_file' })
    if (this.#isFiltered(scene, decision)) return verdictOn(scene, { skipped: 'filtered' })
    const missing = decision.targets.length === 0 ? { ratingKey: null } : null
    if (!hasMetadata(scene)) return verdictOn(scene, { missing, skipped: 'no_metadata' })
    const own = decision.targets.filter((target) => !this.#isTaken(target, scene))
    if (own.length === 0) return verdictOn(scene, { missing: { ratingKey: decision.targets[0]?.ratingKey ?? null } })
    return this.#judgeItems(scene, own, isListed)
  }

  #noteSeen(scene: StashScene, decision: Decision): void {
    const { rules } = this.#deps.matcher
    const files = scene.files.map((file) => rules.map(file.path)?.path ?? file.path)
    const keys = new Set([...files, ...decision.targets.map((target) => target.file)].map(pathKey))
    for (const key of keys) this.#deps.side.seen(key)
  }

  /** Settings keep the scene out of every library that has its item. */
  #isFiltered(scene: StashScene, { targets }: Decision): boolean {
    const sections = targets.length === 0 ? [null] : targets.map(({ sectionId }) => sectionId)
    return sections.every((sectionId) => {
      const outcome = this.#deps.aims.desired(scene, this.#settingsFor(sectionId))
      return outcome.kind === 'skipped' && outcome.reason !== 'no_metadata'
    })
  }

  /** Another living scene writes to the item, and the user has not picked it for this one. */
  #isTaken(target: Target, scene: StashScene): boolean {
    const { ownership, states } = this.#deps
    const item = this.#present(target)
    const rival = ownership.rivalOf({ scene, item, scenePath: target.scenePath })
    if (rival === null || states.get(rival) === null) return false
    // A file belongs to one scene of Stash. The one by which the rival wrote is this scene's now: the writer asks Stash.
    const written = ownership.recordOf(rival, item)?.file ?? null
    return written === null || pathKey(written) !== pathKey(target.file)
  }

  #judgeItems(scene: StashScene, targets: readonly Target[], isListed: boolean): Verdict | OpenScene {
    const aims: Aim[] = []
    const found: ItemGap[] = []
    const toRead: Aim[] = []
    let pendingRewrites = 0
    for (const target of targets) {
      const aimed = this.#deps.aims.at(target, scene, this.#settingsFor(target.sectionId))
      // Invalid by strict_mode: a separate job says so in the dead letters, as soon as Stash has changed the scene.
      if (aimed.kind !== 'aim') continue
      const known = { inSync: this.#inSyncOf(target), record: this.#recordOf(target, scene) }
      const former = this.#awaitingRewrite(aimed.aim, scene, known.inSync)
      if (former !== null) pendingRewrites += 1
      const aim = former ?? aimed.aim
      aims.push(aim)
      const view = this.#view(aim, known, isListed)
      if (view === 'read') toRead.push(aim)
      else if (view !== 'in_sync') found.push(this.#gap(aim, view, scene, known))
    }
    if (aims.length === 0) return verdictOn(scene)
    if (toRead.length > 0) return { kind: 'open', scene, aims, found, toRead, pendingRewrites }
    return this.#withCover(scene, aims, found, pendingRewrites)
  }

  /** The aim that the item still has to meet until its library is rewritten: only then is it a gap if Plex has changed it. */
  #awaitingRewrite(aim: Aim, scene: StashScene, known: InSync | null): Aim | null {
    if (this.#isNewer(scene)) return null
    const former = this.#deps.aims.underFormerRules(aim, scene, known)
    if (former !== 'same') return former
    this.#deps.inSync.underRules(aim.target.ratingKey, aim.rules)
    return null
  }

  #view(aim: Aim, known: Known, isListed: boolean): ReturnType<typeof viewItem> {
    const listed = isListed ? this.#deps.side.listed(aim.target.ratingKey) : null
    const view = viewItem(aim, { ...known, listed })
    const isUnread = view === 'in_sync' && known.inSync === null && known.record === null
    if (!isUnread || !aim.settings.preserve_plex_edits || this.#looked >= mostLooked) return view
    this.#looked += 1
    return 'read'
  }

  /** The verdict on a scene whose open items were read; those that are gone leave the index. */
  close(open: OpenScene, read: ReadonlyMap<RatingKey, PlexItem>): Verdict {
    const { scene, aims, pendingRewrites } = open
    const { inSync, ownership, matcher, locks } = this.#deps
    const found: ItemGap[] = []
    let gone = 0
    for (const aim of open.toRead) {
      const { target, key, rules } = aim
      const item = read.get(target.ratingKey)
      if (item === undefined || partAt(item, target.file) === undefined) {
        gone += 1
        matcher.forgetItem(target.ratingKey)
        locks.drop(target.ratingKey)
        continue
      }
      const record = ownership.recordOf(scene.id, item)
      const { changes } = planFor(aim, item, record)
      locks.note(aim, { item, base: record?.base ?? null, pending: record?.pending ?? null })
      const poster = changes.length === 0 ? this.#posterOf(aim, item, record) : null
      if (changes.length > 0) found.push(this.#gap(aim, changes, scene, { inSync: this.#inSyncOf(target), record }))
      else if (poster === null) inSync.note(target, key, item.updatedAt, rules)
      else if (this.#posters++ < mostPosters) found.push({ target, changes: [poster], kind: 'drifted' })
    }
    if (gone === aims.length) return verdictOn(scene, { missing: { ratingKey: null }, pendingRewrites })
    return this.#withCover(scene, aims, [...open.found, ...found], pendingRewrites)
  }

  /**
   * A poster that is no longer the one that was judged last: Plex fell back to a frame, or the user chose another. Which
   * of them it is takes a request for each, so a comparison leads to a bounded number of them.
   */
  #posterOf({ settings }: Aim, item: PlexItem, record: SyncItem | null): Change | null {
    if (!settings.sync_master || !settings.sync_poster || record?.base.poster === undefined) return null
    if (record.posterShown === null || record.posterShown === item.thumb) return null
    return { field: 'poster', before: item.thumb || null, after: 'cover of the scene' }
  }

  /** Where no field differs, Stash may still be newer: its cover may have changed. */
  #withCover(scene: StashScene, aims: readonly Aim[], found: readonly ItemGap[], pendingRewrites: number): Verdict {
    const target = aims[0]?.target
    const isStale = found.length === 0 && target !== undefined && this.#isNewer(scene)
    return verdictOn(scene, { gaps: isStale ? [{ target, changes: [], kind: 'stale' }] : found, pendingRewrites })
  }

  #gap({ target, key }: Aim, changes: readonly Change[], scene: StashScene, { inSync, record }: Known): ItemGap {
    const met = inSync !== null || record !== null
    const stashChanged = (inSync !== null && inSync.wanted !== key) || this.#isNewer(scene)
    return { target, changes, kind: kindOf(changes, { met, stashChanged }) }
  }

  /** Stash has changed the scene since it was written last. */
  #isNewer(scene: StashScene): boolean {
    const state = this.#deps.states.get(scene.id)
    const inSync = state?.handling === 'synced' || state?.handling === 'unchanged'
    return inSync && state.handledVersion !== scene.updatedAt
  }

  #settingsFor(sectionId: string | null): Settings {
    const before = this.#settings.get(sectionId)
    if (before !== undefined) return before
    const settings = this.#deps.aims.settingsFor(sectionId)
    this.#settings.set(sectionId, settings)
    return settings
  }

  #inSyncOf({ ratingKey, file }: Target): InSync | null {
    return this.#deps.inSync.get(ratingKey, file)
  }

  #recordOf(target: Target, scene: StashScene): SyncItem | null {
    return this.#deps.ownership.recordOf(scene.id, this.#present(target))
  }

  /** Its parts are asked for only if something is on record to compare them with. */
  #present({ ratingKey }: Target): PresentItem {
    const { index } = this.#deps.matcher
    return {
      ratingKey,
      get parts() {
        return index.byItem(ratingKey)
      },
    }
  }
}
