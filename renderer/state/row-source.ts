/** What a table shows: rows by position, some of which may not have arrived yet. */
export interface RowSource<T> {
  readonly total: number
  at(index: number): T | undefined
  /** Rows from `first` up to, not including, `end` are about to be seen. */
  need(first: number, end: number): void
}

/** Rows that are all here. */
export function rowsOf<T>(rows: readonly T[]): RowSource<T> {
  return { total: rows.length, at: (index) => rows[index], need: () => undefined }
}
