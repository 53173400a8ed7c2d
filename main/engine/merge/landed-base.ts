/**
 * What is ours once a write was cut off: as far as it reached Plex, it happened. Without this a second write that is cut
 * off would make a stranger's value of what the first one brought.
 */
import { listFields, type PlexItem, scalarFields } from '../../../shared/domain.ts'
import { type Base, copyOf } from './base.ts'
import { plexNames, sameScalar, scalarOf, taggingsOf } from './plex-fields.ts'
import { nameKey } from './text-equality.ts'

/** @param pending the base after the write that may have been cut off; null when none was under way. */
export function landedBase(base: Base, pending: Base | null, item: PlexItem): Base {
  if (pending === null) return base
  const landed = copyOf(base)
  for (const field of scalarFields) {
    const value = pending.scalars[field]
    if (value && sameScalar(field, value, scalarOf(item, field))) landed.scalars[field] = value
  }
  for (const field of listFields) {
    const shown = new Set(taggingsOf(item, field).map(({ name }) => nameKey(name)))
    const kept = new Set((pending.lists[field] ?? []).map(nameKey))
    const before = (base.lists[field] ?? []).filter((name) => shown.has(nameKey(name)) || kept.has(nameKey(name)))
    const had = new Set(before.map(nameKey))
    const added = (pending.lists[field] ?? []).filter((name) => shown.has(nameKey(name)) && !had.has(nameKey(name)))
    landed.lists[field] = [...before, ...added]
  }
  const locks = pending.locked.filter((field) => item.locks.includes(plexNames[field]))
  if (pending.codeLabel !== undefined) landed.codeLabel = pending.codeLabel
  return { ...landed, locked: [...new Set([...base.locked, ...locks])], photos: { ...base.photos, ...pending.photos } }
}
