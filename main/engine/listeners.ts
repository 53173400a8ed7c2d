/** Those who want to know of one kind of event. */
export class Listeners<T> {
  readonly #listeners = new Set<(event: T) => void>()

  /** Calls `listener` with each event until the returned function is called. */
  add(listener: (event: T) => void): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  /** Tells all listeners; one that is added or removed by another counts from the next event on. */
  send(event: T): void {
    for (const listener of [...this.#listeners]) listener(event)
  }
}
