/** What the stand-in was asked to do, as its command `record` returns it. */
type Recorded = readonly (readonly unknown[])[]

/** The calls of one name. */
export const named = (record: Recorded, name: string): Recorded => record.filter(([call]) => call === name)

/** The first argument of the last call of that name. */
export const last = (record: Recorded, name: string): unknown => named(record, name).at(-1)?.[1]
