/**
 * The requests that write one item. Pure.
 *
 * Plex: all values go into the query of one PUT on the section, each with its lock, or an agent may take it back. Tags
 * are sent by index. Whether they are added to those the item has, or replace them, is not documented: with the full
 * wanted list and the names to remove, the outcome is the same either way.
 */
import { ratingKeySchema } from '../../../shared/domain.ts'
import type { ItemEdit, PlexList, PlexScalar, PlexTagging } from '../../../shared/item-edit.ts'
import { sectionPath } from './listing.ts'
import { longestRequestLine } from './request-line.ts'

const scalarOrder: readonly PlexScalar[] = [
  'title',
  'titleSort',
  'studio',
  'summary',
  'originallyAvailableAt',
  'userRating',
  'contentRating',
  'tagline',
  'originalTitle',
]
const listOrder: readonly PlexList[] = ['genre', 'actor', 'collection', 'director', 'label']

/** Parameters that only make sense in the same request. */
type Unit = readonly string[]

/**
 * Query strings for `PUT /library/sections/{id}/all`, to be sent in this order; normally one, none for an empty edit.
 *
 * Where one request line would be too long (8,000 bytes), text comes first and tags second, and more requests follow only where
 * these are too long as well. A list keeps all its wanted tags in one request as long as they fit: a second request with
 * the rest would, where Plex replaces, undo the first. A list that does not fit sends its later tags first and as many
 * of the leading ones as possible last: where Plex adds, all arrive; where it replaces, the leading ones stay.
 * A single text that is too long cannot be cut; it goes last, so that it holds up nothing else.
 *
 * @param prefix path of a reverse proxy before `/library`, which counts too.
 * @param longest bytes of a request line that are not passed where it can be helped.
 * @throws RangeError without a numeric rating key and section: Plex would edit every item of the library.
 */
export function editRequests(edit: ItemEdit, prefix = '', longest = longestRequestLine): string[] {
  if (!ratingKeySchema.safeParse(edit.ratingKey).success) throw new RangeError('An edit needs a rating key')
  const target = `type=1&id=${edit.ratingKey}`
  const overhead = Buffer.byteLength(`PUT ${prefix}${sectionPath(edit.sectionId)}/all?${target} HTTP/1.1`)
  const room = longest - overhead

  const text = [...scalarUnits(edit), ...(edit.lockOnly ?? []).map((image): Unit => [`${image}.locked=1`])]
  const tags = listOrder.flatMap((kind) => listUnits(kind, edit, room))
  const all = [...text, ...tags]
  if (all.length === 0) return []
  if (sizeOf(all) <= room) return [queryOf(target, all)]
  const requests = [...packed(text, room), ...packed(tags, room)]
  const [fitting, tooLong] = [
    requests.filter((units) => sizeOf(units) <= room),
    requests.filter((units) => sizeOf(units) > room),
  ]
  return [...fitting, ...tooLong].map((units) => queryOf(target, units))
}

/** Two units of a list may share a request, and its lock is then there twice: that is left out. */
function queryOf(target: string, units: readonly Unit[]): string {
  const parameters = new Set([target])
  for (const unit of units) for (const parameter of unit) parameters.add(parameter)
  return [...parameters].join('&')
}

function scalarUnits(edit: ItemEdit): Unit[] {
  return scalarOrder.flatMap((name): Unit[] => {
    const value = edit.scalars[name]
    return value === undefined ? [] : [[`${name}.value=${encoded(value)}`, lockOf(name, edit)]]
  })
}

function listUnits(kind: PlexList, edit: ItemEdit, room: number): Unit[] {
  const list = edit.lists[kind]
  if (!list) return []
  const wanted = list.wanted.filter(({ name }) => name !== '')
  // Plex compares names without letter case: removing "drama" would remove a wanted "Drama" too.
  const kept = new Set(wanted.map(({ name }) => folded(name)))
  const removed = list.removed.filter((name) => name !== '' && !kept.has(folded(name)))
  const lock = lockOf(kind, edit)
  return [...wantedUnits(kind, wanted, room, lock), ...removedUnits(kind, removed, room, lock)]
}

function lockOf(name: PlexScalar | PlexList, { unlock }: ItemEdit): string {
  return `${name}.locked=${unlock?.includes(name) === true ? 0 : 1}`
}

function wantedUnits(kind: PlexList, wanted: readonly PlexTagging[], room: number, lock: string): Unit[] {
  const portions = portionsOf(
    wanted.map((tag, index) => tagParameters(kind, index, tag)),
    room - sizeOf([[lock]]),
  )
  return portions.map((tags): Unit => [...tags.flat(), lock]).reverse()
}

function tagParameters(kind: PlexList, index: number, { name, role, photo }: PlexTagging): Unit {
  const tag = `${kind}%5B${index}%5D`
  return [
    `${tag}.tag.tag=${encoded(name)}`,
    ...(role ? [`${tag}.tagging.text=${encoded(role)}`] : []),
    ...(photo ? [`${tag}.tag.thumb=${encoded(photo)}`] : []),
  ]
}

/** Plex: one parameter with all names; each is percent-encoded for itself, so that a comma in it separates nothing. */
function removedUnits(kind: PlexList, removed: readonly string[], room: number, lock: string): Unit[] {
  const name = `${kind}%5B%5D.tag.tag-`
  const values = removed.map((removedName): Unit => [encoded(encoded(removedName))])
  // A comma takes three bytes, an ampersand one.
  const portions = portionsOf(values, room - sizeOf([[`${name}=`, lock]]), 3)
  return portions.map((portion): Unit => [`${name}=${portion.flat().join('%2C')}`, lock])
}

/** As many units as fit into each request, in their order. */
function packed(units: readonly Unit[], room: number): Unit[][] {
  return portionsOf(units, room)
}

/** Cuts a list into portions of at most `room` bytes; an entry that is longer has a separate portion. */
function portionsOf(entries: readonly Unit[], room: number, separator = 1): Unit[][] {
  const portions: Unit[][] = []
  let portion: Unit[] = []
  let used = 0
  for (const entry of entries) {
    let size = 0
    for (const parameter of entry) size += parameter.length + separator
    if (portion.length > 0 && used + size > room) {
      portions.push(portion)
      portion = []
      used = 0
    }
    portion.push(entry)
    used += size
  }
  return portion.length > 0 ? [...portions, portion] : portions
}

/** Bytes in a query, with the ampersand before each parameter. Everything is percent-encoded, so characters are bytes. */
function sizeOf(units: readonly Unit[]): number {
  let size = 0
  for (const unit of units) for (const parameter of unit) size += parameter.length + 1
  return size
}

/** Needs no encoding at all. */
const plain = /^[\w.~*()!-]*$/

/** A lone surrogate has no encoding and would throw; an apostrophe would be encoded on the way and grow. */
function encoded(value: string): string {
  if (plain.test(value)) return value
  return encodeURIComponent(value.toWellFormed()).replaceAll("'", '%27')
}

function folded(name: string): string {
  return name.normalize('NFC').toLowerCase()
}
