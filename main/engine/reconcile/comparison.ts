/**
 * One comparison of the two libraries: Plex's listings once, then Stash's scenes page by page against them. Items are read
 * whole, fifty at a time, only if something has changed since they were in sync.
 */
import type { PlexItem, RatingKey, StashScene } from '../../../shared/domain.ts'
import { type Fault, ok, type Result } from '../../../shared/result.ts'
import type { Settings } from '../../../shared/settings.ts'
import type { PlexClient } from '../plex/client.ts'
import type { StashClient } from '../stash/client.ts'
import { beforeAllStamps, stampAt } from '../stash/stamp.ts'
import { yieldToEventLoop } from '../yield-to-event-loop.ts'
import type { ComparisonCounts, ComparisonRow } from './comparisons.ts'
import { Findings, type FindingsDeps, type FindingsInput, type Step } from './findings.ts'
import type { PlexReader } from './plex-reader.ts'
import { SceneJudge, type SceneJudgeDeps } from './scene-judge.ts'
import { type ScenePage, SceneSource, type SceneSourceDeps } from './scene-source.ts'
import type { OpenScene } from './verdict.ts'

export interface ComparisonDeps {
  readonly stash: Pick<StashClient, 'scenes' | 'scenesAfter' | 'sceneStamps'>
  readonly scenes: SceneSourceDeps
  readonly plex: Pick<PlexClient, 'items'>
  readonly reader: PlexReader
  readonly judge: SceneJudgeDeps
  readonly findings: FindingsDeps
  readonly settings: () => Settings
}

export interface ComparisonInput extends Omit<FindingsInput, 'enqueuesMissing'> {
  /** Something was found or enqueued. */
  readonly onProgress: () => void
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
  readonly #onProgress: () => void
  readonly #signal: AbortSignal
  readonly #judge: SceneJudge
  readonly #findings: Findings
  readonly #source: SceneSource
  #afterScene: number
  #listed: boolean
  /** Scenes of which items are to be read whole. */
  #open: OpenScene[] = []

  constructor(input: ComparisonInput, deps: ComparisonDeps) {
    const { run } = input
    this.#deps = deps
    this.#run = run
    this.#onProgress = input.onProgress
    this.#signal = input.signal
    this.#judge = new SceneJudge(deps.judge, { isListed: () => this.#listed, notesFiles: run.scope === 'all' })
    this.#findings = new Findings({ ...input, enqueuesMissing: deps.settings().reconcile_missing }, deps.findings)
    this.#source = new SceneSource(deps.scenes)
    this.#afterScene = run.after_scene
    this.#listed = run.plex_listed
  }

  get counts(): ComparisonCounts {
    return this.#findings.counts
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
    if (this.#run.scope === 'all') await this.#findings.listUnknown(this.#deps.judge.side, this.#signal)
    this.#source.finish()
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
    if (since === null) return this.#source.after(after, this.#signal)
    const page = await this.#deps.stash.scenesAfter({ after, since, limit: scenesPerPage }, this.#signal)
    if (!page.ok) return page
    const { count, scenes } = page.value
    return ok({ count, scenes, next: scenes.length < scenesPerPage ? null : Number(scenes.at(-1)?.id ?? after) })
  }

  async #readPlex(scenes: number): Promise<Result<void>> {
    const { reader, findings } = this.#deps
    const isBegun = this.#listed || this.#afterScene > 0
    if (!isBegun) findings.gaps.clear()
    const read = this.#listed
      ? await reader.readAgain(this.#signal)
      : await reader.read({ ...this.#run, scenes, isBegun }, this.#signal)
    if (!read.ok) return read
    if (read.value === null) return ok(undefined)
    this.#listed = read.value.listed
    this.counts.plex_items = read.value.items
    findings.runs.plexRead(this.#run.id, this.#listed, read.value.items)
    this.#onProgress()
    return ok(undefined)
  }

  /** Scenes whose items an interrupted run had still to read. */
  async #reopen(): Promise<Result<void>> {
    const ids = this.#deps.findings.runs.openScenes()
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
      const judged = scenes.map((scene) => this.#judge.judge(scene))
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
    this.#commit(() => scenes.map((scene) => this.#judge.close(scene, read)))
  }

  #commit(judge: () => Step['verdicts']): void {
    this.#findings.commit(this.#afterScene, () => ({
      verdicts: judge(),
      open: this.#open.map(({ scene }) => scene.id),
    }))
    this.#onProgress()
  }
}

const aborted: Result<never> = { ok: false, fault: { code: 'cancelled', message: 'Cancelled' } satisfies Fault }
