/** Reads items right after they were written and reports field by field whether Plex shows it. */
import {
  type Change,
  type Field,
  type FieldValue,
  imageFields,
  type ListField,
  type PlexItem,
  type ScalarField,
  scalarFields,
} from '../../../shared/domain.ts'
import { ok, type Result } from '../../../shared/result.ts'
import { scalarOf, taggingsOf } from '../merge/plex-fields.ts'
import { pause } from '../pause.ts'
import type { PlexClient } from '../plex/client.ts'
import type { Clock } from '../ports.ts'
import { showsChange } from './verify.ts'

export interface WrittenItem {
  readonly ratingKey: string
  readonly changes: readonly Change[]
  /** SHA-1 of the images that were uploaded, by field. */
  readonly uploads: Readonly<Partial<Record<Field, string>>>
}

export interface Difference {
  readonly field: Field
  readonly want: FieldValue
  readonly have: FieldValue
}

export interface ReadBack {
  readonly differs: Difference[]
  /** As they were read last; those that are gone are absent. */
  readonly items: ReadonlyMap<string, PlexItem>
}

export interface ReadBackDeps {
  readonly plex: Pick<PlexClient, 'items' | 'selectedImage'>
  readonly clock: Clock
}

/** Plex shows changed tags up to two seconds later, and a busy server later still. */
const pausesMs = [0, 500, 1_000, 2_000, 3_000, 4_000]

/** What Plex does not show, after up to ten seconds. A fault is one of Plex. */
export async function readBack(
  written: readonly WrittenItem[],
  deps: ReadBackDeps,
  signal: AbortSignal,
): Promise<Result<ReadBack>> {
  let differs: Difference[] = []
  let items: ReadonlyMap<string, PlexItem> = new Map()
  for (const pauseMs of pausesMs) {
    await pause(pauseMs, deps.clock, signal)
    const read = await deps.plex.items(
      written.map(({ ratingKey }) => ratingKey),
      signal,
    )
    if (!read.ok) return read
    items = read.value
    differs = []
    for (const one of written) {
      const found = await differencesOf(one, items.get(one.ratingKey), deps, signal)
      if (!found.ok) return found
      differs.push(...found.value)
    }
    if (differs.length === 0 || signal.aborted) break
  }
  return ok({ differs, items })
}

async function differencesOf(
  { ratingKey, changes, uploads }: WrittenItem,
  item: PlexItem | undefined,
  { plex }: ReadBackDeps,
  signal: AbortSignal,
): Promise<Result<Difference[]>> {
  const differs: Difference[] = []
  for (const change of changes) {
    const { field, after } = change
    if (item === undefined) differs.push({ field, want: after, have: null })
    else if (isOneOf(imageFields, field)) {
      const shown = await plex.selectedImage(ratingKey, field, signal)
      if (!shown.ok) return shown
      const want = uploads[field] ?? ''
      if (want === '' || shown.value?.endsWith(want) !== true) differs.push({ field, want: after, have: shown.value })
    } else if (!showsChange(item, change)) differs.push({ field, want: after, have: shownValue(item, field) })
  }
  return ok(differs)
}

function shownValue(item: PlexItem, field: ScalarField | ListField): FieldValue {
  if (isOneOf(scalarFields, field)) return scalarOf(item, field) || null
  const names = taggingsOf(item, field).map(({ name }) => name)
  return names.length === 0 ? null : names
}

function isOneOf<T extends string>(list: readonly T[], field: string): field is T {
  return list.some((known) => known === field)
}
