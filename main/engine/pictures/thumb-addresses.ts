/** Asks for the poster addresses of many items together: a page of a list costs one request. */
import { ok, type Result } from '../../../shared/result.ts'
import type { Clock } from '../ports.ts'

type Read = (ratingKeys: readonly string[]) => Promise<Result<ReadonlyMap<string, string>>>

const gatherMs = 15
const mostAtOnce = 50

export class ThumbAddresses {
  readonly #clock: Clock
  readonly #read: Read
  #gathering: { readonly keys: Set<string>; readonly answer: Promise<Result<ReadonlyMap<string, string>>> } | null =
    null

  constructor(clock: Clock, read: Read) {
    this.#clock = clock
    this.#read = read
  }

  /** The path of an item's poster; empty if it has none or Plex does not know the item. */
  async of(ratingKey: string): Promise<Result<string>> {
    if (this.#gathering === null || this.#gathering.keys.size >= mostAtOnce) this.#gathering = this.#gather()
    this.#gathering.keys.add(ratingKey)
    const result = await this.#gathering.answer
    return result.ok ? ok(result.value.get(ratingKey) ?? '') : result
  }

  #gather() {
    const keys = new Set<string>()
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#clock.setTimer(gatherMs, resolve)
    const response = promise.then(() => {
      if (this.#gathering?.keys === keys) this.#gathering = null
      return this.#read([...keys])
    })
    return { keys, answer: response }
  }
}
