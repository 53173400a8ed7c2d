/** The subscribers to one kind of event. */
export class Listeners<T> {
  readonly #listeners = new Set<(event: T) => void>()

  get isEmpty(): boolean {
    return this.#listeners.size === 0
  }

  /** Calls `listener` with each event until the returned function is called; the same function twice is two subscriptions. */
  add(listener: (event: T) => void): () => void {
    const own = (event: T): void => listener(event)
    this.#listeners.add(own)
    return () => {
      this.#listeners.delete(own)
    }
  }

  /** Calls all listeners; one that is added or removed by another counts from the next event on. */
  send(event: T): void {
    for (const listener of [...this.#listeners]) listener(event)
  }

  /** As `send`; returns what listeners have thrown. Those are kept or dropped. */
  trySend(event: T, broken: 'keep' | 'drop'): readonly unknown[] {
    const problems: unknown[] = []
    for (const listener of [...this.#listeners]) {
      try {
        listener(event)
      } catch (problem) {
        if (broken === 'drop') this.#listeners.delete(listener)
        problems.push(problem)
      }
    }
    return problems
  }

  clear(): void {
    this.#listeners.clear()
  }
}
