import type { DeadLetter } from '../../../shared/contract.ts'
import type { ErrorCode } from '../../../shared/errors.ts'
import type { Backend } from '../../backend/backend.ts'
import { Request } from '../../state/request.svelte.ts'
import { throttled } from '../../state/throttled.ts'

/** Dead letters that have the same cause and therefore the same cure. */
export interface Cause {
  readonly code: ErrorCode
  readonly rows: readonly DeadLetter[]
  readonly needsYou: boolean
}

const readAgainMs = 500

/** Decisions first, then what is most. */
export function causesOf(rows: readonly DeadLetter[]): Cause[] {
  const groups = Map.groupBy(rows, (row) => row.code)
  return [...groups]
    .map(([code, group]) => ({ code, rows: group, needsYou: group.some((row) => row.needs_you) }))
    .sort((a, b) => Number(b.needsYou) - Number(a.needsYou) || b.rows.length - a.rows.length)
}

export function withText(rows: readonly DeadLetter[], text: string): readonly DeadLetter[] {
  if (text === '') return rows
  const wanted = text.toLowerCase()
  return rows.filter((row) =>
    `${row.scene_id} ${row.title} ${row.reason} ${row.path ?? ''}`.toLowerCase().includes(wanted),
  )
}

const orders: Readonly<Record<string, (a: DeadLetter, b: DeadLetter) => number>> = {
  scene: (a, b) => Number(a.scene_id) - Number(b.scene_id),
  title: (a, b) => a.title.localeCompare(b.title),
  attempts: (a, b) => a.attempts - b.attempts,
  failed: (a, b) => a.failed_at.localeCompare(b.failed_at),
}

/** `failed` sorts upwards, `-failed` downwards, as in the address; anything else leaves the order alone. */
export function sorted(rows: readonly DeadLetter[], sort: string): readonly DeadLetter[] {
  const order = orders[sort.replace(/^-/, '')]
  if (!order) return rows
  return sort.startsWith('-') ? rows.toSorted((a, b) => order(b, a)) : rows.toSorted(order)
}

/** What failed for good or waits for the user, kept current. */
export class DeadLetters {
  readonly #request = new Request<{ rows: DeadLetter[] }>()
  readonly #backend: Backend
  readonly #soon = throttled(readAgainMs, () => void this.read())
  #causes = $derived(causesOf(this.#request.value?.rows ?? []))

  constructor(backend: Backend) {
    this.#backend = backend
  }

  get request(): Request<{ rows: DeadLetter[] }> {
    return this.#request
  }

  get rows(): readonly DeadLetter[] {
    return this.#request.value?.rows ?? []
  }

  get causes(): readonly Cause[] {
    return this.#causes
  }

  read(): Promise<unknown> {
    return this.#request.run((signal) => this.#backend.invoke('listDeadLetters', {}, signal))
  }

  follow(): () => void {
    const end = this.#backend.subscribe((event) => {
      if (event.name === 'deadLetters' || event.name === 'overflow') this.#soon.call()
    })
    return () => {
      end()
      this.#soon.end()
      this.#request.cancel()
    }
  }
}
