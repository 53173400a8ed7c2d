/** The number of a run: given when something is about to be written, so that a pull without news leaves no run. */
export class RunNumber {
  readonly #begin: () => number
  readonly #earlier = new Set<number>()
  #id: number | null = null

  constructor(begin: () => number) {
    this.#begin = begin
  }

  readonly id = (): number => {
    this.#id ??= this.#begin()
    return this.#id
  }

  /** An earlier run whose writes turned out to have been carried out. */
  add(id: number): void {
    this.#earlier.add(id)
  }

  get ids(): number[] {
    return [...this.#earlier, ...(this.#id === null ? [] : [this.#id])]
  }
}
