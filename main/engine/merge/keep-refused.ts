/** What Plex has refused before is not sent again: it stays out of the plan, with the reason. */
import type { ListField, ScalarField } from '../../../shared/domain.ts'
import type { Draft, FieldInput } from './item-plan.ts'
import { isRefused, keptRefused } from './refused.ts'
import { nameKey } from './text-equality.ts'

/** Plex has refused this very value before: the field stays as it is. */
export function keepsRefused(
  draft: Draft,
  field: ScalarField,
  value: string,
  { refused = {} }: Pick<FieldInput, 'refused'>,
): boolean {
  const known = refused[field]
  if (known === undefined || !isRefused(refused, field, value)) return false
  draft.refused[field] = known
  draft.kept.push(keptRefused(field, known))
  return true
}

/** The names that Plex has refused before, and that are wanted still. */
export function noteKeptBack(
  draft: Draft,
  field: ListField,
  names: readonly string[],
  { refused = {} }: Pick<FieldInput, 'refused'>,
): void {
  const known = refused[field]
  if (known === undefined || names.length === 0) return
  const keys = new Set(names.map(nameKey))
  const stillWanted = {
    ...known,
    values: known.values.filter((name) => keys.has(nameKey(name))),
    removals: known.removals.filter((name) => keys.has(nameKey(name))),
  }
  draft.refused[field] = stillWanted
  draft.kept.push(keptRefused(field, stillWanted))
}
