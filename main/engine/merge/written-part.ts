/** The outcome of a plan of which Plex refused a part: what was changed, and what is ours after it. Pure. */
import { type Change, listFields, scalarFields } from '../../../shared/domain.ts'
import type { ItemEdit } from '../../../shared/item-edit.ts'
import { type Base, copyOf } from './base.ts'
import type { ItemPlan } from './item-plan.ts'
import { plexNames } from './plex-fields.ts'
import { type Refused, refusedNames } from './refused.ts'
import { nameKey } from './text-equality.ts'

/** @param before the base that the plan was made with. */
export function writtenPart(
  plan: Pick<ItemPlan, 'changes' | 'after'>,
  before: Base,
  written: ItemEdit,
  refused: Refused,
): { readonly changes: Change[]; readonly after: Base } {
  const changes = plan.changes.flatMap((change) => writtenChange(change, written, refused) ?? [])
  const after = copyOf(plan.after)
  const arrived = new Set(changes.map(({ field }) => field))
  for (const { field } of plan.changes) {
    if (arrived.has(field)) continue
    const others = after.locked.filter((locked) => locked !== field)
    after.locked = before.locked.includes(field) ? [...others, field] : others
  }
  for (const field of scalarFields) {
    if (refused[field] === undefined) continue
    const value = before.scalars[field]
    if (value === undefined) delete after.scalars[field]
    else after.scalars[field] = value
  }
  for (const field of listFields) {
    if (refused[field] === undefined) continue
    const { added, removed } = refusedNames(refused, field)
    const ours = (after.lists[field] ?? []).filter((name) => !added.has(nameKey(name)))
    const stayed = (before.lists[field] ?? []).filter((name) => removed.has(nameKey(name)))
    after.lists[field] = [...ours, ...stayed]
  }
  const { summary } = written.scalars
  if (summary !== undefined && after.scalars.summary !== undefined) after.scalars.summary = summary
  return { changes, after }
}

/** Null if nothing of it was written. */
function writtenChange(change: Change, written: ItemEdit, refused: Refused): Change | null {
  const { field } = change
  if (field === 'summary' && written.scalars.summary !== undefined)
    return { ...change, after: written.scalars.summary || null }
  const scalar = scalarFields.find((one) => one === field)
  if (scalar !== undefined) return refused[scalar] === undefined ? change : null
  const list = listFields.find((one) => one === field)
  if (list === undefined || refused[list] === undefined) return change
  const names = written.lists[plexNames[list]]?.wanted.map(({ name }) => name)
  return names === undefined ? null : { ...change, after: names.length === 0 ? null : names }
}
