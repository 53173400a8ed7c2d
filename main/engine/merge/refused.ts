/** Values that Plex refused, per field of one item: they are kept back until they change. Pure. */
import * as z from 'zod'
import { type Kept, type ListField, listFields, type ScalarField, scalarFields } from '../../../shared/domain.ts'
import { nameKey } from './text-equality.ts'

const refusedValuesSchema = z.object({
  /** The value of a single field, or the names of a list that could not be added; empty text for clearing it. */
  values: z.array(z.string()),
  /** Names of a list that could not be removed. */
  removals: z.array(z.string()).default([]),
  /** HTTP status; null if the connection was cut. */
  status: z.number().nullable(),
})
export type RefusedValues = z.infer<typeof refusedValuesSchema>

/** As stored, in JSON. What is not understood counts as not refused: Plex is asked once more. */
export const refusedSchema = z
  .partialRecord(z.enum([...scalarFields, ...listFields]), refusedValuesSchema)
  .catch({})
  .default({})
export type Refused = z.infer<typeof refusedSchema>

/** Fields that are sent with an edit; images are not. */
export const refusableFields = [...scalarFields, ...listFields] as const

export function isRefused(refused: Refused, field: ScalarField, value: string): boolean {
  return refused[field]?.values.includes(value) === true
}

/** Keys of the names that Plex does not take into this list, and of those that it does not take out. */
export function refusedNames(refused: Refused, field: ListField): Record<'added' | 'removed', ReadonlySet<string>> {
  const { values = [], removals = [] } = refused[field] ?? {}
  return { added: new Set(values.map(nameKey)), removed: new Set(removals.map(nameKey)) }
}

/** What is known from before with what was found out now. */
export function withRefused(known: Refused, found: Refused): Refused {
  const all: Refused = { ...known }
  for (const field of refusableFields) {
    const [before, now] = [known[field], found[field]]
    if (now === undefined) continue
    const isList = listFields.some((list) => list === field)
    const union = (one: readonly string[] = [], other: readonly string[] = []) => [...new Set([...one, ...other])]
    all[field] = isList
      ? { ...now, values: union(before?.values, now.values), removals: union(before?.removals, now.removals) }
      : now
  }
  return all
}

/** Why the field stays as it is, in words; the codes are for other languages. */
export function keptRefused(field: ScalarField | ListField, { values, removals, status }: RefusedValues): Kept {
  const value = [...values, ...removals].join(', ')
  return { field, reason: refusalText(value, status), code: 'refused', values: { value, status } }
}

function refusalText(value: string, status: number | null): string {
  const what = value === '' ? 'an empty value' : `'${value.length > 80 ? `${value.slice(0, 79).trimEnd()}…` : value}'`
  return `Plex refuses ${what} (${status ?? 'connection cut'})`
}
