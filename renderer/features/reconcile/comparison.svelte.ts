import { SvelteSet } from 'svelte/reactivity'
import {
  type GapKind,
  type GapRow,
  gapKindSchema,
  type ReconcileRun,
  type ReconcileScope,
  type ResponseOf,
} from '../../../shared/contract.ts'
import type { Backend } from '../../backend/backend.ts'
import { PagedRows } from '../../state/paged-rows.svelte.ts'
import { Request } from '../../state/request.svelte.ts'

export const gapKinds: readonly GapKind[] = gapKindSchema.options

export interface GapFilters {
  readonly kind: GapKind | null
  readonly skipped: boolean
  readonly text: string
}

/** The latest comparison of both libraries, its gaps, and which of them the user has chosen. */
export class Comparison {
  readonly run = new Request<{ run: ReconcileRun | null }>()
  readonly rows = new PagedRows<GapRow>()
  readonly chosen = new SvelteSet<string>()
  /** The comparisons that are kept, and when the next one is due. */
  readonly history = new Request<ResponseOf<'listReconciles'>>()
  readonly pairs = new Request<ResponseOf<'listGapPairs'>>()
  readonly #syncable = new Request<number>()
  readonly #backend: Backend
  #shown = ''
  #around = ''

  constructor(backend: Backend) {
    this.#backend = backend
  }

  get latest(): ReconcileRun | null {
    return this.run.value?.run ?? null
  }

  /** How many gaps of the shown kind can be put into the queue: those that were not left out. */
  get syncable(): number {
    return this.#syncable.value ?? 0
  }

  get running(): boolean {
    return this.latest?.state === 'running'
  }

  /** What surrounds the gaps of the latest comparison; read again once it has ended. */
  readAround(): void {
    const run = this.latest
    const key = JSON.stringify([run?.id, run?.state])
    if (key === this.#around) return
    this.#around = key
    void this.history.run((signal) => this.#backend.invoke('listReconciles', {}, signal))
    if (run !== null && run.state !== 'running') this.readPairs(run.id)
  }

  readPairs(id: number): void {
    void this.pairs.run((signal) => this.#backend.invoke('listGapPairs', { id }, signal))
  }

  read(): Promise<unknown> {
    return this.run.run((signal) => this.#backend.invoke('getReconcile', {}, signal))
  }

  async start(scope: ReconcileScope, dryRun: boolean): Promise<void> {
    this.chosen.clear()
    await this.run.run(async (signal) => {
      const answer = await this.#backend.invoke('startReconcile', { scope, dry_run: dryRun }, signal)
      return answer.ok ? { ok: true, value: { run: answer.value } } : answer
    })
  }

  async cancel(): Promise<void> {
    const answer = await this.#backend.invoke('cancelReconcile', {})
    if (answer.ok) this.run.accept({ run: answer.value })
  }

  /** Reads the gaps of the latest comparison, and again once it has ended. */
  show(filters: GapFilters): void {
    const run = this.latest
    const key = JSON.stringify([run?.id, run?.state, filters])
    if (run === null || key === this.#shown) return
    this.#shown = key
    const { kind, skipped, text } = filters
    void this.#countSyncable(run.id, kind)
    // Of a comparison that has ended no gaps come or go: they are counted once.
    const counted = run.state !== 'running'
    void this.rows.query(({ near, ...asked }, signal) =>
      this.#backend.invoke(
        'listGaps',
        {
          id: run.id,
          ...asked,
          ...(near && { near: counted ? { ...near, total: this.rows.total } : near }),
          ...(kind ? { kind } : {}),
          ...(skipped ? { skipped } : {}),
          ...(text === '' ? {} : { text }),
        },
        signal,
      ),
    )
  }

  async #countSyncable(id: number, kind: GapKind | null): Promise<void> {
    await this.#syncable.run(async (signal) => {
      const request = { id, skipped: false, limit: 1, ...(kind ? { kind } : {}) }
      const answer = await this.#backend.invoke('listGaps', request, signal)
      return answer.ok ? { ok: true, value: answer.value.total } : answer
    })
  }

  follow(): () => void {
    const end = this.#backend.subscribe((event) => {
      if (event.name === 'reconcile') this.run.accept({ run: event.data })
      else if (event.name === 'overflow') void this.read()
    })
    return () => {
      end()
      this.run.cancel()
      this.#syncable.cancel()
      this.history.cancel()
      this.pairs.cancel()
      this.rows.stop()
    }
  }
}

/** A scene can be put into the queue unless it already is, or nothing in Stash could be written. */
export function canSync(row: GapRow): boolean {
  return (
    row.scene_id !== null &&
    !row.enqueued &&
    (row.skipped === null || row.skipped === 'switched_off' || row.skipped === 'only_new')
  )
}

export function gapsOf(run: ReconcileRun): number {
  return gapKinds.reduce((sum, kind) => sum + run.gaps[kind], 0)
}

/** Scenes that were checked and neither have a gap nor lack what would be written. */
export function inSyncOf({ scenes_checked, gaps, skipped }: ReconcileRun): number {
  const { missing, empty, stale, drifted } = gaps
  return Math.max(0, scenes_checked - missing - empty - stale - drifted - skipped.no_file - skipped.no_metadata)
}
