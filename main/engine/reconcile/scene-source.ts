/**
 * Gives all scenes of Stash by id, page by page, and reads only those that changed since the last comparison: of all
 * others only the stamps are read, which costs Stash a tenth of it, and the rest is what was kept.
 */
import type { SceneId, StashScene } from '../../../shared/domain.ts'
import { fail, ok, type Result } from '../../../shared/result.ts'
import { wholeProbe } from '../stash/change-probe.ts'
import type { StashClient } from '../stash/client.ts'
import { isYoung } from '../stash/scene.ts'
import { filesKey } from '../stash/scene-keys.ts'
import type { SceneNeeds } from '../stash/scene-needs.ts'
import type { SceneStamp } from '../stash/stamp-reader.ts'
import { yieldToEventLoop } from '../yield-to-event-loop.ts'
import { type CarriedNames, readCarriedNames } from './carried-names.ts'
import { type ComparedScene, type ComparedScenes, unpacked } from './compared-scenes.ts'
import { type FileChanges, type FileChangesDeps, readFileChanges, readUntil } from './file-changes.ts'

export interface SceneSourceDeps {
  readonly stash: FileChangesDeps['stash'] &
    Pick<StashClient, 'now' | 'scenes' | 'scenesAfter' | 'sceneFiles' | 'sceneStamps' | 'entities'>
  readonly compared: ComparedScenes
  /** What is read of a scene under the present settings. */
  readonly needs: () => SceneNeeds
}

export interface ScenePage {
  /** How many scenes there are after the one asked for; reported with the first page only. */
  readonly count: number
  readonly scenes: readonly StashScene[]
  /** The id to ask after next; null behind the last page. */
  readonly next: number | null
}

/** Whole scenes per page: with 500 items a page of Plex, 40,000 on either side stay below 150 requests. */
const scenesPerPage = 800
/** More changed ones than this are cheaper read as a page than by their ids. */
const mostById = 100
const stampsPerPage = 8_000
/** Scenes unpacked or kept between two turns of the event loop. */
const sliceSize = 50

interface Stamp extends SceneStamp {
  /** Null if the files are not read with the stamps. */
  readonly filesKey: string | null
}

export class SceneSource {
  readonly #deps: SceneSourceDeps
  #names: CarriedNames | null = null
  #files: FileChanges | null = null
  #filesUntil: string | null = null
  /** The id after which the reading began; null before it. */
  #from: number | null = null
  #stamps: readonly Stamp[] = []
  #isLast = false
  /** Counting costs Stash up to a fifth of a page of 400,000 scenes. */
  #isCounted = false

  constructor(deps: SceneSourceDeps) {
    this.#deps = deps
  }

  async after(sceneId: number, signal: AbortSignal): Promise<Result<ScenePage>> {
    const needs = this.#deps.needs()
    const fields = fieldsOf(needs)
    if (fields === null) return this.#whole(sceneId, signal)
    if (this.#from === null) {
      const begun = await this.#begin(sceneId, needs, signal)
      if (!begun.ok) return begun
    }
    if (this.#names === null) return this.#wholeKept(sceneId, fields, signal)
    this.#stamps = this.#stamps.filter(({ id }) => Number(id) > sceneId)
    let count = this.#stamps.length
    if (count === 0) {
      const read = await this.#readStamps(sceneId, signal)
      if (!read.ok) return read
      count = read.value
    }
    const slice = this.#stamps.slice(0, scenesPerPage)
    const known = await this.#unchanged(slice, sceneId, fields, signal)
    const changed = slice.filter(({ id }) => !known.has(id)).map(({ id }) => id)
    if (changed.length > mostById) {
      return this.#wholeKept(sceneId, fields, signal)
    }
    const read =
      changed.length === 0 ? ok(new Map<SceneId, StashScene>()) : await this.#deps.stash.scenes(changed, signal)
    if (!read.ok) return read
    if (signal.aborted) return fail('cancelled', 'Cancelled')
    await this.#keep([...read.value.values()], fields, signal)
    const scenes = slice.flatMap(({ id }) => known.get(id) ?? read.value.get(id) ?? [])
    const isEnd = this.#isLast && slice.length === this.#stamps.length
    return ok({ count, scenes, next: isEnd ? null : Number(slice.at(-1)?.id ?? sceneId) })
  }

  /** Everything was read: what is known of files now is what the next comparison starts from. */
  finish(): void {
    // One that was resumed has read the first scenes before it asked for the stamps of files.
    if (this.#from === 0 && this.#filesUntil !== null) this.#deps.compared.saveFilesUntil(this.#filesUntil)
  }

  /** Where nothing was kept, everything is read whole: the probe only shows where the next comparison starts. */
  async #begin(sceneId: number, needs: SceneNeeds, signal: AbortSignal): Promise<Result<void>> {
    const { stash, compared } = this.#deps
    if (compared.after(sceneId, 1).length === 0) {
      const probed = await stash.changeProbe(wholeProbe, signal)
      if (!probed.ok) return probed
      this.#filesUntil = readUntil(probed.value, stash.now())
    } else {
      const files = await readFileChanges(compared.filesUntil(), this.#deps, signal)
      if (!files.ok) return files
      const names = await readCarriedNames(stash, needs, signal)
      if (!names.ok) return names
      this.#files = files.value
      this.#filesUntil = files.value.until
      this.#names = names.value
    }
    this.#from = sceneId
    return ok(undefined)
  }

  async #wholeKept(sceneId: number, fields: string, signal: AbortSignal): Promise<Result<ScenePage>> {
    const page = await this.#whole(sceneId, signal)
    if (page.ok) await this.#keep(page.value.scenes, fields, signal)
    return page
  }

  async #whole(sceneId: number, signal: AbortSignal): Promise<Result<ScenePage>> {
    const request = { after: sceneId, since: null, limit: scenesPerPage, isCounted: !this.#isCounted }
    const page = await this.#deps.stash.scenesAfter(request, signal)
    if (!page.ok) return page
    this.#isCounted = true
    const { count, scenes } = page.value
    const isEnd = scenes.length < scenesPerPage
    return ok({ count, scenes, next: isEnd ? null : Number(scenes.at(-1)?.id ?? sceneId) })
  }

  /** Returns how many scenes there are after this id. */
  async #readStamps(after: number, signal: AbortSignal): Promise<Result<number>> {
    const { compared } = this.#deps
    const page = await this.#stampPage(after, this.#files?.areRead ?? true, signal)
    if (!page.ok) return page
    this.#stamps = page.value.stamps
    this.#isLast = this.#stamps.length < stampsPerPage
    const until = this.#isLast ? Number.POSITIVE_INFINITY : Number(this.#stamps.at(-1)?.id ?? after)
    const present = new Set(this.#stamps.map(({ id }) => id))
    for (let from = after; from < until; ) {
      const rows = compared.after(from, sliceSize)
      compared.forget(rows.filter(({ id }) => Number(id) <= until && !present.has(id)).map(({ id }) => id))
      from = rows.length < sliceSize ? until : Number(rows.at(-1)?.id ?? until)
      await yieldToEventLoop()
    }
    return ok(page.value.count)
  }

  async #stampPage(
    after: number,
    withFiles: boolean,
    signal: AbortSignal,
  ): Promise<Result<{ count: number; stamps: readonly Stamp[] }>> {
    const { stash } = this.#deps
    const request = { after, page: 1, perPage: stampsPerPage }
    if (!withFiles) {
      const page = await stash.sceneStamps(request, signal)
      return page.ok
        ? ok({ ...page.value, stamps: page.value.stamps.map((one) => ({ ...one, filesKey: null })) })
        : page
    }
    const page = await stash.sceneFiles(request, signal)
    if (!page.ok) return page
    const stamps: Stamp[] = []
    for (const { id, updatedAt, files } of page.value.scenes) {
      if (stamps.length % 200 === 0) await yieldToEventLoop()
      stamps.push({ id, updatedAt, filesKey: filesKey(files) })
    }
    return ok({ count: page.value.count, stamps })
  }

  async #unchanged(
    slice: readonly Stamp[],
    after: number,
    fields: string,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<SceneId, StashScene>> {
    const found = new Map<SceneId, StashScene>()
    const stamps = new Map(slice.map((one) => [one.id, one]))
    const last = Number(slice.at(-1)?.id ?? after)
    for (let from = after; from < last && !signal.aborted; ) {
      const rows = this.#deps.compared.after(from, sliceSize)
      for (const row of rows) {
        const stamp = stamps.get(row.id)
        const scene = stamp === undefined ? null : this.#stillTrue(row, stamp, fields)
        if (scene !== null) found.set(row.id, scene)
      }
      from = rows.length < sliceSize ? last : Number(rows.at(-1)?.id ?? last)
      await yieldToEventLoop()
    }
    return found
  }

  #stillTrue(row: ComparedScene, { updatedAt, filesKey: key }: Stamp, fields: string): StashScene | null {
    if (row.fields !== fields || row.version !== updatedAt) return null
    const hasSameFiles = key === null ? this.#files?.areSame(row) === true : row.filesKey === key
    const scene = hasSameFiles ? unpacked(row) : null
    return scene !== null && this.#names?.agreeWith(scene) === true ? scene : null
  }

  /** Scenes whose stamp proves something. */
  async #keep(scenes: readonly StashScene[], fields: string, signal: AbortSignal): Promise<void> {
    const { stash, compared } = this.#deps
    const now = stash.now()
    const grown = scenes.filter(({ updatedAt }) => !isYoung(updatedAt, now))
    for (let from = 0; from < grown.length && !signal.aborted; from += sliceSize) {
      compared.keep(grown.slice(from, from + sliceSize), fields)
      await yieldToEventLoop()
    }
  }
}

/** Read only while a setting needs them; a stamp shows when one of them changed. */
const optional = ['code', 'director', 'urls', 'stashIds', 'groups', 'parentStudio', 'gender', 'disambiguation'] as const

/** Which optional fields are read; null if something is read that neither a stamp nor a name reports. */
function fieldsOf(needs: SceneNeeds): string | null {
  if (needs.tagParents || needs.performerTags || needs.sceneCounts) return null
  return optional.filter((name) => needs[name]).join(' ')
}
