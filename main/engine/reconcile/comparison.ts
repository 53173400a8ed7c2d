/**
 * One comparison of the two libraries: Plex's listings once, then Stash's scenes page by page against them. Items are read
 * whole, fifty at a time, only if something has changed since they were in sync.
 */
import type { PlexItem, RatingKey, StashScene } from '../../../shared/domain.ts'
import { type Fault, ok, type Result } from '../../../shared/result.ts'
import { Listeners } from '../listeners.ts'
import type { PlexClient } from '../plex/client.ts'
import type { StashClient } from '../stash/client.ts'
import { beforeAllStamps, stampAt } from '../stash/stamp.ts'
import { yieldToEventLoop } from '../yield-to-event-loop.ts'
import type { ComparisonCounts, ComparisonRow } from './comparisons.ts'
import type { Findings, Step } from './findings.ts'
import type { PlexReader } from './plex-reader.ts'
import type { PlexSide } from './plex-side.ts'
import type { SceneJudge } from './scene-judge.ts'
import type { ScenePage, SceneSource } from './scene-source.ts'
import type { OpenScene } from './verdict.ts'

export interface ComparisonDeps {
  readonly stash: Pick<StashClient, 'scenes' | 'scenesAfter' | 'sceneStamps'>
  readonly source: SceneSource
  readonly plex: Pick<PlexClient, 'items'>
  readonly reader: PlexReader
  readonly judge: SceneJudge
  readonly side: PlexSide
  readonly findings: Findings
}

export interface ComparisonInput {
  readonly run: ComparisonRow
  readonly signal: AbortSignal
}

/** Scenes per page of those that changed within a scope's time. */
const scenesPerPage = 800
/** Scenes per commit. */
const sliceSize = 25
const itemsPerRequest = 50
const hourMs = 3_600_000
const windowMs = { all: null, '24h': 24 * hourMs, '7days': 7 * 24 * hourMs } as const
/** Stash compares times as text of its local offset: daylight saving shifts them by an hour, rarely by more. */
const overlapMs = 3 * hourMs

export class LibraryComparison {
  readonly #deps: ComparisonDeps
  readonly #run: ComparisonRow
  readonly #signal: AbortSignal
  readonly #progress = new Listeners<void>()
  #afterScene: number
  #listed: boolean
  /** Scenes of which items are to be read whole. */
  #open: OpenScene[] = []

  constructor({ run, signal }: ComparisonInput, deps: ComparisonDeps) {
    this.#deps = deps
    this.#run = run
    this.#signal = signal
    this.#afterScene = run.after_scene
    this.#listed = run.plex_listed
  }

  get counts(): ComparisonCounts {
    return this.#deps.findings.counts
  }

  /** Calls `listener` when something was found or enqueued. Returns its end. */
  onProgress(listener: () => void): () => void {
    return this.#progress.add(listener)
  }

  /** Forgets what was noted of Plex's side, once the end of the comparison is stored. */
  forget(): void {
    this.#deps.side.clear()
  }

  /** Compares everything of the run's scope from where it stopped. A fault is that of the server that did not answer. */
  async compare(): Promise<Result<void>> {
    const known = await this.#deps.reader.ensureServer(this.#signal)
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

    for (let page = first.value; ; ) {
      const done = await this.#comparePage(page.scenes)
      if (!done.ok) return done
      if (page.next === null) break
      this.#afterScene = Math.max(this.#afterScene, page.next)
      const next = await this.#nextPage(since.value)
      if (!next.ok) return next
      page = next.value
    }
    while (this.#open.length > 0) {
      const closed = await this.#closeSome()
      if (!closed.ok) return closed
    }
    if (this.#run.scope === 'all') await this.#deps.findings.listUnknown(this.#deps.side, this.#signal)
    this.#deps.source.finish()
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

  async #nextPage(since: string | null): Promise<Result<ScenePage>> {
    const after = this.#afterScene
    if (since === null) return this.#deps.source.after(after, this.#signal)
    const page = await this.#deps.stash.scenesAfter({ after, since, limit: scenesPerPage }, this.#signal)
    if (!page.ok) return page
    const { count, scenes } = page.value
    return ok({ count, scenes, next: scenes.length < scenesPerPage ? null : Number(scenes.at(-1)?.id ?? after) })
  }

  async #readPlex(scenes: number): Promise<Result<void>> {
    const { reader, findings } = this.#deps
    const isBegun = this.#listed || this.#afterScene > 0
    if (!isBegun) findings.clear()
    const read = this.#listed
      ? await reader.readAgain(this.#signal)
      : await reader.read({ ...this.#run, scenes, isBegun }, this.#signal)
    if (!read.ok) return read
    if (read.value === null) return ok(undefined)
    this.#listed = read.value.listed
    findings.plexRead(this.#listed, read.value.items)
    this.#progress.send()
    return ok(undefined)
  }

  /** Scenes whose items an interrupted run had still to read. */
  async #reopen(): Promise<Result<void>> {
    const ids = this.#deps.findings.openScenes()
    if (ids.length === 0) return ok(undefined)
    const scenes = await this.#deps.stash.scenes(ids, this.#signal)
    if (!scenes.ok) return scenes
    this.#judgeSlice([...scenes.value.values()], this.#afterScene)
    return ok(undefined)
  }

  async #comparePage(page: readonly StashScene[]): Promise<Result<void>> {
    const from = this.#from()
    for (let start = 0; start < page.length; start += sliceSize) {
      if (this.#signal.aborted) return aborted
      const slice = page.slice(start, start + sliceSize)
      const inScope = slice.filter((scene) => from === null || !(Date.parse(scene.updatedAt) < from))
      this.counts.scenes_checked += inScope.length
      this.#judgeSlice(inScope, Number(slice.at(-1)?.id ?? this.#afterScene))
      await yieldToEventLoop()
      while (this.#open.length >= itemsPerRequest) {
        const closed = await this.#closeSome()
        if (!closed.ok) return closed
      }
    }
    return ok(undefined)
  }

  #judgeSlice(scenes: readonly StashScene[], afterScene: number): void {
    this.#afterScene = Math.max(this.#afterScene, afterScene)
    this.#commit(() => {
      const judged = scenes.map((scene) => this.#deps.judge.judge(scene, this.#listed))
      this.#open.push(...judged.filter((one) => one.kind === 'open'))
      return judged.filter((one) => one.kind === 'verdict')
    })
  }

  /** Reads the items of the first open scenes with one request, and commits what they come to. */
  async #closeSome(): Promise<Result<void>> {
    const scenes = this.#firstOpen()
    const read = await this.#deps.plex.items(
      scenes.flatMap(({ toRead }) => toRead.map(({ target }) => target.ratingKey)),
      this.#signal,
    )
    if (!read.ok) return read
    this.#close(scenes, read.value)
    await yieldToEventLoop()
    return ok(undefined)
  }

  /** As many open scenes as fit into one request, at least one. */
  #firstOpen(): readonly OpenScene[] {
    let keys = 0
    const end = this.#open.findIndex(({ toRead }) => {
      keys += toRead.length
      return keys > itemsPerRequest
    })
    return this.#open.slice(0, end === -1 ? undefined : Math.max(1, end))
  }

  #close(scenes: readonly OpenScene[], read: ReadonlyMap<RatingKey, PlexItem>): void {
    this.#open = this.#open.slice(scenes.length)
    this.#commit(() => scenes.map((scene) => this.#deps.judge.close(scene, read)))
  }

  #commit(judge: () => Step['verdicts']): void {
    this.#deps.findings.commit(this.#afterScene, () => ({
      verdicts: judge(),
      open: this.#open.map(({ scene }) => scene.id),
    }))
    this.#progress.send()
  }
}

const aborted: Result<never> = { ok: false, fault: { code: 'cancelled', message: 'Cancelled' } satisfies Fault }
