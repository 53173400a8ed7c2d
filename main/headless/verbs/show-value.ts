import type { FieldValue } from '../../../shared/domain.ts'

/** A value of a field on one line. */
export function show(value: FieldValue): string {
  if (value === null || value === '') return '(empty)'
  const text = Array.isArray(value) ? value.join(', ') : value
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}
