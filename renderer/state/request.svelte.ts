import type { Fault, Result } from '../../shared/result.ts'

/**
 * One call to the engine as the window shows it: running, failed, or with its value. A newer run cancels the one
 * before, so that responses never overtake each other.
 */
export class Request<T> {
  #value = $state.raw<T | null>(null)
  #fault = $state.raw<Fault | null>(null)
  #running = $state(false)
  #startedAt = $state(0)
  #controller: AbortController | null = null

  /** The last good answer; it stays while a newer one is on its way. */
  get value(): T | null {
    return this.#value
  }

  get fault(): Fault | null {
    return this.#fault
  }

  get running(): boolean {
    return this.#running
  }

  /** Epoch milliseconds of the start of the run. */
  get startedAt(): number {
    return this.#startedAt
  }

  async run(work: (signal: AbortSignal) => Promise<Result<T>>): Promise<Result<T>> {
    this.#controller?.abort()
    const controller = new AbortController()
    this.#controller = controller
    this.#running = true
    this.#startedAt = Date.now()
    const result = await work(controller.signal)
    if (this.#controller !== controller) return result
    this.#running = false
    this.#controller = null
    if (result.ok) this.#value = result.value
    this.#fault = result.ok || result.fault.code === 'cancelled' ? null : result.fault
    return result
  }

  /** Takes over a value that came by another way, such as an event. */
  accept(value: T): void {
    this.#value = value
    this.#fault = null
  }

  cancel(): void {
    this.#controller?.abort()
    this.#controller = null
    this.#running = false
  }

  clear(): void {
    this.cancel()
    this.#value = null
    this.#fault = null
  }
}
