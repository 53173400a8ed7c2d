import type { PlexLibrary } from './plex-library.ts'
import {
  type ImageShelf,
  type PlexItem,
  type PlexMedia,
  type PlexPart,
  type PlexTagging,
  type TagKind,
  tagElements,
  tagKinds,
} from './plex-model.ts'
import type { PlexObject } from './plex-xml.ts'
import type { QueryParams } from './query-params.ts'

/** How many tags of a kind a listing shows; kinds that are not named it does not show at all. */
const listedTags: Partial<Record<TagKind, number>> = {
  genre: 2,
  country: 2,
  director: 2,
  writer: 2,
  collection: 2,
  actor: 3,
}

/** An item as `/library/metadata` shows it: all tags with ids, locks, streams. */
export function fullRow(
  library: PlexLibrary,
  item: PlexItem,
  options: { checkFiles: boolean; castLock?: 'actor' | 'role' },
): PlexObject {
  const row = commonRow(item)
  row.librarySectionID = item.sectionId
  row.librarySectionTitle = library.section(item.sectionId).title
  row.librarySectionKey = `/library/sections/${item.sectionId}`
  if (item.media.length > 0) row.Media = item.media.map((media) => mediaRow(media, { streams: true, ...options }))
  row.Image = imageRows(item)
  const tags = library.tagsShown(item)
  for (const kind of tagKinds) {
    const taggings = tags[kind]
    if (taggings && taggings.length > 0) row[tagElements[kind]] = taggings.map((tagging) => fullTag(kind, tagging))
  }
  const castLock = options.castLock ?? 'actor'
  if (item.locked.size > 0)
    row.Field = [...item.locked].map((name) => ({ locked: true, name: name === 'actor' ? castLock : name }))
  return row
}

/** An item as a listing shows it: few tags, without ids; no locks, no labels, no streams. */
export function listRow(library: PlexLibrary, item: PlexItem, includeGuids: boolean): PlexObject {
  const row = commonRow(item)
  if (item.media.length > 0)
    row.Media = item.media.map((media) => mediaRow(media, { streams: false, checkFiles: false }))
  row.Image = imageRows(item)
  row.UltraBlurColors = { topLeft: '2b2b2b', topRight: '1f2a2f', bottomRight: '252525', bottomLeft: '2f2222' }
  const tags = library.tagsShown(item)
  for (const kind of tagKinds) {
    const shown = listedTags[kind]
    const taggings = tags[kind]
    if (shown && taggings && taggings.length > 0) {
      row[tagElements[kind]] = taggings.slice(0, shown).map((tagging) => ({ tag: tagging.tag.tag }))
    }
  }
  if (includeGuids) row.Guid = [{ id: `local://${item.ratingKey}` }]
  return row
}

function commonRow(item: PlexItem): PlexObject {
  const { text, numbers, shelves } = item
  return {
    ratingKey: String(item.ratingKey),
    key: `/library/metadata/${item.ratingKey}${item.type === 'show' || item.type === 'artist' ? '/children' : ''}`,
    guid: item.guid,
    studio: text.studio,
    type: item.type,
    subtype: item.subtype || undefined,
    title: text.title,
    titleSort: text.titleSort,
    originalTitle: text.originalTitle,
    editionTitle: text.editionTitle,
    contentRating: text.contentRating,
    summary: text.summary,
    rating: numbers.rating,
    audienceRating: numbers.audienceRating,
    userRating: numbers.userRating,
    lastRatedAt: item.lastRatedAt,
    viewCount: item.viewCount || undefined,
    lastViewedAt: item.lastViewedAt,
    viewOffset: item.viewOffset,
    year: item.year,
    tagline: text.tagline,
    thumb: imageUrl(item, 'thumb', shelves.posters),
    art: imageUrl(item, 'art', shelves.arts),
    duration: durationOf(item.media[0]?.parts ?? []),
    originallyAvailableAt: text.originallyAvailableAt,
    addedAt: item.addedAt,
    updatedAt: item.updatedAt,
  }
}

function imageUrl(item: PlexItem, name: 'thumb' | 'art', shelf: ImageShelf): string | undefined {
  return shelf.selected === null ? undefined : `/library/metadata/${item.ratingKey}/${name}/${shelf.stamp}`
}

function imageRows(item: PlexItem): PlexObject[] | undefined {
  const rows: PlexObject[] = []
  const alt = item.text.title ?? ''
  const poster = imageUrl(item, 'thumb', item.shelves.posters)
  const art = imageUrl(item, 'art', item.shelves.arts)
  if (poster) rows.push({ alt, type: 'coverPoster', url: poster })
  if (art) rows.push({ alt, type: 'background', url: art })
  return rows.length > 0 ? rows : undefined
}

function fullTag(kind: TagKind, { tag, text }: PlexTagging): PlexObject {
  const row: PlexObject = { id: tag.id, filter: `${kind}=${tag.id}`, tag: tag.tag }
  if (kind !== 'actor') return row
  row.tagKey = tag.id.toString(16).padStart(24, '0')
  if (text) row.role = text
  if (tag.thumb) row.thumb = tag.thumb
  return row
}

/** Plex leaves out what it does not know: a file that was not analysed has no duration. */
function durationOf(parts: readonly PlexPart[]): number | undefined {
  return parts.reduce((sum, { duration }) => sum + duration, 0) || undefined
}

function mediaRow(media: PlexMedia, options: { streams: boolean; checkFiles: boolean }): PlexObject {
  const first = media.parts[0]
  return {
    id: media.id,
    duration: durationOf(media.parts),
    bitrate: 4000,
    width: media.width,
    height: media.height,
    aspectRatio: 1.78,
    audioChannels: 2,
    audioCodec: 'aac',
    videoCodec: 'h264',
    videoResolution: media.height >= 2160 ? '4k' : String(media.height),
    container: first?.container ?? 'mp4',
    videoFrameRate: '24p',
    videoProfile: 'high',
    deletedAt: media.deletedAt,
    Part: media.parts.map((part) => ({
      ...(options.checkFiles && { accessible: media.deletedAt === undefined, exists: media.deletedAt === undefined }),
      id: part.id,
      key: `/library/parts/${part.id}/${media.id}/file.${part.container}`,
      duration: durationOf([part]),
      file: part.file,
      size: part.size,
      container: part.container,
      videoProfile: 'high',
      ...(options.streams && {
        Stream: [
          { id: part.id * 10 + 1, streamType: 1, default: true, codec: 'h264', index: 0, height: media.height },
          { id: part.id * 10 + 2, streamType: 2, selected: true, codec: 'aac', index: 1, channels: 2 },
        ],
      }),
    })),
  }
}

/** What a request wants trimmed from its rows. */
export interface Trim {
  apply(row: PlexObject): PlexObject
}

/** Reads exclude and include parameters; null when nothing is to be trimmed. `include…` trims only from API 1.0.0 on. */
export function readTrim(params: QueryParams, header: string | undefined): Trim | null {
  const excluded = new Set([...names(params.get('excludeElements')), ...names(params.get('excludeFields'))])
  const onlyMode = Number.parseFloat(params.get('X-Plex-Pms-Api-Version') ?? header ?? '0') >= 1
  const fields = onlyMode ? names(params.get('includeFields')) : []
  const elements = onlyMode ? names(params.get('includeElements')) : []
  if (excluded.size === 0 && fields.length === 0 && elements.length === 0) return null
  const wantedFields = new Set([...fields, 'ratingKey', 'key', 'type'])
  const wantedElements = new Set(elements)
  return {
    apply(row) {
      const trimmed: PlexObject = {}
      for (const key in row) {
        const value = row[key]
        if (value === undefined || excluded.has(key)) continue
        const isElement = typeof value === 'object'
        if (isElement ? elements.length > 0 && !wantedElements.has(key) : fields.length > 0 && !wantedFields.has(key))
          continue
        trimmed[key] = value
      }
      if (excluded.has('Part') && Array.isArray(trimmed.Media)) {
        trimmed.Media = trimmed.Media.map(({ Part: _part, ...media }) => media)
      }
      return trimmed
    },
  }
}

function names(list: string | undefined): string[] {
  return list ? list.split(',').filter(Boolean) : []
}
