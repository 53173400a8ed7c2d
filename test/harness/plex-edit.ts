import { setText } from './plex-item.ts'
import type { PlexLibrary } from './plex-library.ts'
import {
  type EditableField,
  editableFields,
  imageLocks,
  type PlexItem,
  type PlexTagging,
  type TagKind,
  type TextField,
  tagKinds,
} from './plex-model.ts'
import type { QueryParams } from './query-params.ts'

/** What a new tag list does to the old one. The facts leave it open; both readings must give the same for a good client. */
export type TagEdits = 'add' | 'replace'

export interface EditOptions {
  tagEdits: TagEdits
  /** Without a Plex Pass the edition cannot be edited. */
  plexPass: boolean
  /** The status for values that do not parse; the facts name 500, unverified. */
  badDataStatus: 400 | 500
  /** Values that this server refuses although they are well-formed: people report edits answered 400 or 500 for one tag or one date. */
  refusedValues: readonly RefusedValue[]
}

export interface RefusedValue {
  /** A field or a kind of tag, as edits name it; `thumb` for the photo of an actor. */
  readonly name: string
  readonly value: string
  readonly status: number
}

interface NewTag {
  index: number
  tag: string
  text?: string
  thumb?: string
}

interface TagChange {
  added: NewTag[]
  removed: string[]
  dropAll: boolean
}

/** A parsed edit, or the status that refuses it. */
export interface Edit {
  values: [EditableField, string][]
  locks: [string, boolean][]
  tags: Map<TagKind, TagChange>
}
export interface EditRefusal {
  status: number
  text: string
}

const lockable = new Set<string>([...Object.keys(editableFields), ...imageLocks, ...tagKinds])

/** Reads the parameters of an edit. Of repeated names only the last one counts. */
export function readEdit(params: QueryParams, options: EditOptions): Edit | EditRefusal {
  const edit: Edit = { values: [], locks: [], tags: new Map() }
  for (const [name, value] of new Map(params.pairs)) {
    const refused = refusedStatus(name, value, options)
    if (refused !== null) return { status: refused, text: '' }
    const field = /^([A-Za-z]+)\.(value|locked)$/.exec(name)
    if (field) {
      const refusal = readField(edit, field[1] ?? '', field[2] ?? '', value, options)
      if (refusal) return refusal
      continue
    }
    const tag = /^([A-Za-z]+)\[(\d*)\]\.(.+)$/.exec(name)
    if (!tag) continue
    const refusal = readTag(edit, tag[1] ?? '', tag[2] ?? '', tag[3] ?? '', value)
    if (refusal) return refusal
  }
  return edit
}

/** The real servers do not say which parameter they mean. */
function refusedStatus(name: string, value: string, { refusedValues }: EditOptions): number | null {
  const [, kind = '', rest = ''] = /^([A-Za-z]+)(?:\[\d*\])?\.(.+)$/.exec(name) ?? []
  const subject = rest === 'tag.thumb' ? 'thumb' : rest === 'value' || rest === 'tag.tag' ? kind : ''
  return refusedValues.find((one) => one.name === subject && one.value === value)?.status ?? null
}

function readField(
  edit: Edit,
  name: string,
  part: string,
  value: string,
  options: EditOptions,
): EditRefusal | undefined {
  if (part === 'locked') {
    if (!lockable.has(name)) return { status: 400, text: `unknown field ${name}` }
    if (value !== '0' && value !== '1') return { status: options.badDataStatus, text: `bad lock ${name}` }
    edit.locks.push([name, value === '1'])
    return undefined
  }
  const kind = editableFields[name as EditableField]
  if (kind === undefined) return { status: 400, text: `unknown field ${name}` }
  if (name === 'editionTitle' && !options.plexPass) return { status: 400, text: 'needs a Plex Pass' }
  if (value !== '' && !isValid(kind, value)) return { status: options.badDataStatus, text: `bad value of ${name}` }
  edit.values.push([name as EditableField, value])
  return undefined
}

function isValid(kind: 'text' | 'date' | 'rating' | 'epoch', value: string): boolean {
  if (kind === 'text') return true
  if (kind === 'epoch') return /^\d{1,12}$/.test(value)
  if (kind === 'rating') return /^\d{1,2}(\.\d+)?$/.test(value) && Number(value) <= 10
  return isWholeDate(value)
}

/** Only a whole day that exists: `2019`, `2019-05` and `2019-02-30` are none. */
function isWholeDate(value: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return false
  const date = new Date(`${value}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value)
}

function readTag(edit: Edit, kindName: string, index: string, rest: string, value: string): EditRefusal | undefined {
  const kind = kindName as TagKind
  if (!tagKinds.includes(kind)) return { status: 400, text: `unknown tag kind ${kindName}` }
  const change = edit.tags.get(kind) ?? { added: [], removed: [], dropAll: false }
  edit.tags.set(kind, change)
  if (index === '') {
    if (rest === 'tag.tag-') change.removed.push(...value.split(',').filter(Boolean).map(decodeName))
    else if (rest === 'tag' && value === '') change.dropAll = true
    else return { status: 400, text: `unknown parameter ${kindName}[].${rest}` }
    return undefined
  }
  const at = Number(index)
  const entry = change.added.find((tag) => tag.index === at) ?? { index: at, tag: '' }
  if (!change.added.includes(entry)) change.added.push(entry)
  if (rest === 'tag.tag') entry.tag = value
  else if (rest === 'tagging.text') entry.text = value
  else if (rest === 'tag.thumb') entry.thumb = value
  else if (rest !== 'tag.art' && rest !== 'tagging.thumb' && rest !== 'tagging.art') {
    return { status: 400, text: `unknown parameter ${kindName}[${index}].${rest}` }
  }
  return undefined
}

/** Each name was percent-encoded once before the names were joined; a stray percent sign stays. */
function decodeName(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}

/** Carries an edit out on one item. Locks do not stop it: they bind agents only. */
export function applyEdit(library: PlexLibrary, item: PlexItem, edit: Edit, tagEdits: TagEdits): void {
  for (const [name, value] of edit.values) {
    if (name === 'rating' || name === 'audienceRating' || name === 'userRating') {
      if (value === '') delete item.numbers[name]
      else item.numbers[name] = Number(value)
      if (name === 'userRating') item.lastRatedAt = value === '' ? undefined : library.seconds()
    } else if (name === 'addedAt') {
      if (value !== '') item.addedAt = Number(value)
    } else setText(item, name as TextField, value)
  }
  for (const [name, locked] of edit.locks) {
    if (locked) item.locked.add(name)
    else item.locked.delete(name)
  }
  if (edit.tags.size > 0) {
    if (library.tagDelayMs > 0) {
      const shown = library.tagsShown(item)
      item.lateTags = { until: library.clock.now() + library.tagDelayMs, tags: shown }
    }
    item.tags = { ...item.tags }
    for (const [kind, change] of edit.tags)
      item.tags[kind] = changedTags(library, item.tags[kind] ?? [], kind, change, tagEdits)
  }
  library.touch(item)
}

function changedTags(
  library: PlexLibrary,
  before: PlexTagging[],
  kind: TagKind,
  change: TagChange,
  tagEdits: TagEdits,
): PlexTagging[] {
  const added = change.added.filter((tag) => tag.tag !== '').sort((a, b) => a.index - b.index)
  const restart = change.dropAll || (tagEdits === 'replace' && added.length > 0)
  const old = new Map(before.map((tagging) => [tagging.tag.id, tagging]))
  const list = new Map(restart ? [] : old)
  for (const wanted of added) {
    const tag = library.tags.obtain(kind, wanted.tag)
    // The photo belongs to the shared tag: every item with this person shows the last one that was written.
    if (wanted.thumb !== undefined) tag.thumb = wanted.thumb
    const known = old.get(tag.id)
    list.set(tag.id, { tag, text: wanted.text ?? known?.text ?? '' })
  }
  for (const name of change.removed) {
    const tag = library.tags.find(kind, name)
    if (tag) list.delete(tag.id)
  }
  return [...list.values()]
}
