/** One line of `npm run bench`: a figure, what it is held against, and whether that is reached. */
export interface BenchRow {
  /** Number of the measure in the table of goals; with a letter where it takes several figures. */
  readonly id: number | string
  readonly name: string
  /** The median where it was measured several times. */
  readonly value: number
  /** Least and most of all rounds: a figure near its goal is distinguished from noise by them. */
  readonly spread?: { readonly min: number; readonly max: number }
  readonly unit: string
  /** The same work without us, measured in the same run; in the same unit. */
  readonly floor?: number
  /** The goal in words, such as `≥ 0.8 × raw better-sqlite3`. */
  readonly goal: string
  readonly ok: boolean
}
