import type { PlexLibrary } from './plex-library.ts'
import type { PlexItem, PlexSection, PlexTag } from './plex-model.ts'
import { emptyReply, errorReply } from './plex-reply.ts'
import type { RequestRecord } from './request-log.ts'
import type { Reply } from './simulated-server.ts'

export interface PlexCollection {
  tag: PlexTag
  items: PlexItem[]
}

/** A section's collections: there is one for as long as an item bears its tag. */
export function collectionsOf(section: PlexSection): PlexCollection[] {
  const found = new Map<number, PlexCollection>()
  for (const item of section.items.values()) {
    for (const { tag } of item.tags.collection ?? []) {
      const known = found.get(tag.id)
      if (known) known.items.push(item)
      else found.set(tag.id, { tag, items: [item] })
    }
  }
  return [...found.values()]
}

/** `PUT …/all?type=18&id=…&title.value=…`: 409 when another collection bears that name. */
export function renameCollection(library: PlexLibrary, section: PlexSection, request: RequestRecord): Reply {
  const id = Number(request.params.get('id'))
  const collection = collectionsOf(section).find((candidate) => candidate.tag.id === id)
  if (!collection) return errorReply(404)
  const title = request.params.get('title.value')
  if (title && !library.tags.rename(collection.tag, title)) return errorReply(409)
  for (const item of collection.items) library.touch(item)
  return emptyReply()
}
