/** What PlexSync asks a Plex Media Server for. Every call returns a Result; items that Plex does not know are absent. */

import * as z from 'zod'
import { decline } from '../../../shared/decline.ts'
import type { ImageField, PlexItem, PlexPart, PlexSection, RatingKey } from '../../../shared/domain.ts'
import type { ItemEdit } from '../../../shared/item-edit.ts'
import { ok, type Result } from '../../../shared/result.ts'
import type { Listeners } from '../listeners.ts'
import { type PlexAccount, readAccounts } from './accounts.ts'
import {
  type ListedCollection,
  listCollections,
  type PlexCollection,
  readCollectionMembers,
  readCollections,
  writeCollectionSummary,
} from './collections.ts'
import { createPlexConnection, type PlexConnectionOptions } from './connection.ts'
import { editRequests } from './edit-request.ts'
import { text } from './fields.ts'
import { type ImageList, readImages, selectImage, uploadImage } from './images.ts'
import { metadataPath, readItems } from './item.ts'
import { countItems, findByFile, type ListedItem, listItems, listParts, sectionPath } from './listing.ts'
import { type HistoryPage, type HistoryRequest, listPlayHistory } from './play-history.ts'
import { sectionsSchema } from './sections.ts'
import { listViewings, readViewings, type Viewing, type ViewingFilter } from './viewing.ts'
import { webUrl } from './web-url.ts'

interface PlexIdentity {
  /** Stays the same when the server's address changes; another one means other rating keys. */
  readonly machineIdentifier: string
  readonly version: string
}

export interface PlexClient {
  /** Who answers there. Needs no token, so it distinguishes an unreachable server from a refused token. */
  identity(signal?: AbortSignal): Promise<Result<PlexIdentity>>
  /** All libraries, also those of other types; see `isUsable`. */
  sections(signal?: AbortSignal): Promise<Result<PlexSection[]>>
  /** Pages of the files of a section; with `since` (epoch ms) only of items that were updated then or later. */
  parts(
    sectionId: string,
    options?: { since?: number | null; signal?: AbortSignal | undefined },
  ): AsyncGenerator<Result<PlexPart[]>>
  /** Pages of all items of a section with what a listing shows of them: no locks, only the first of their tags. */
  listedItems(sectionId: string, signal?: AbortSignal): AsyncGenerator<Result<ListedItem[]>>
  countItems(sectionId: string, signal?: AbortSignal): Promise<Result<number>>
  /** Items that have a file of this base name, each with all its files. None found is no proof that there is none. */
  findByFile(sectionId: string, baseName: string, signal?: AbortSignal): Promise<Result<PlexPart[]>>
  items(ratingKeys: readonly RatingKey[], signal?: AbortSignal): Promise<Result<Map<RatingKey, PlexItem>>>
  /**
   * Writes and locks. Plex shows changed tags up to 2 s later. Ends at the first fault; doing it again is harmless.
   * `longestLine`: bytes of a request line, where less than usual passes.
   */
  edit(edit: ItemEdit, signal?: AbortSignal, longestLine?: number): Promise<Result<void>>
  uploadPoster(ratingKey: RatingKey, bytes: Uint8Array, signal?: AbortSignal): Promise<Result<void>>
  uploadArt(ratingKey: RatingKey, bytes: Uint8Array, signal?: AbortSignal): Promise<Result<void>>
  /** The key of the picture that the item shows; null if it shows none of its list. */
  selectedImage(ratingKey: RatingKey, image: ImageField, signal?: AbortSignal): Promise<Result<string | null>>
  /** The pictures that an item has, and which of them it shows. */
  images(ratingKey: RatingKey, image: ImageField, signal?: AbortSignal): Promise<Result<ImageList>>
  /** Shows a picture of the item's list again; null shows none. */
  selectImage(ratingKey: RatingKey, image: ImageField, key: string | null, signal?: AbortSignal): Promise<Result<void>>
  /** Asks for a scan of one folder, as Plex sees it. Plex answers 200 whether or not there is such a folder. */
  scanFolder(sectionId: string, folder: string, signal?: AbortSignal): Promise<Result<void>>
  /** All collections of a library. */
  collections(sectionId: string, signal?: AbortSignal): Promise<Result<ListedCollection[]>>
  /** Texts and locks of collections; those that are gone are absent. */
  collectionsByKey(
    ratingKeys: readonly RatingKey[],
    signal?: AbortSignal,
  ): Promise<Result<Map<RatingKey, PlexCollection>>>
  /** Keys of the items in a collection. */
  collectionMembers(ratingKey: RatingKey, signal?: AbortSignal): Promise<Result<RatingKey[]>>
  /** Writes and locks the summary of a collection; an empty one is cleared and unlocked. */
  writeCollectionSummary(ratingKey: RatingKey, summary: string, signal?: AbortSignal): Promise<Result<void>>
  accounts(signal?: AbortSignal): Promise<Result<PlexAccount[]>>
  /** Pages of the play history of all accounts, oldest first. */
  playHistory(request: HistoryRequest): AsyncGenerator<Result<HistoryPage>>
  /** Pages of what the owner did with items of a library. */
  viewings(sectionId: string, filter: ViewingFilter, signal?: AbortSignal): AsyncGenerator<Result<Viewing[]>>
  viewingsOf(ratingKeys: readonly RatingKey[], signal?: AbortSignal): Promise<Result<Map<RatingKey, Viewing>>>
  /** The item's page in Plex Web; null until the server at this address has said who it is. */
  webUrl(ratingKey: RatingKey): string | null
  close(): void
}

const identitySchema = z.object({ machineIdentifier: z.string().min(1), version: text })

/** @param options `edits` is sent the result of each edit. */
export function createPlexClient(
  options: PlexConnectionOptions & { readonly edits?: Listeners<Result<void>> },
): PlexClient {
  const connection = createPlexConnection(options)
  let known: { readonly url: string; readonly machineIdentifier: string } | null = null
  /** The path of the address, which is worked out once and not for each edit. */
  let prefix = { url: '', path: '' }

  function prefixOf(url: string): string {
    if (prefix.url !== url) prefix = { url, path: pathOf(url) }
    return prefix.path
  }

  async function send(edit: ItemEdit, signal?: AbortSignal, longestLine?: number): Promise<Result<void>> {
    for (const query of editRequests(edit, prefixOf(options.address().url), longestLine)) {
      const path = `${sectionPath(edit.sectionId)}/all?${query}`
      let route: 'library' | 'item' = 'library'
      let written = await connection.write({ method: 'PUT', path, signal })
      // Plex: the section's route has answered 404 for items that exist; only the item's own route is certain.
      if (!written.ok && written.fault.code === 'item_gone') {
        route = 'item'
        written = await connection.write({ method: 'PUT', path: `${metadataPath(edit.ratingKey)}?${query}`, signal })
      }
      if (!written.ok) return written
      options.observer?.edited(route)
    }
    return ok(undefined)
  }

  return {
    async identity(signal) {
      const { url } = options.address()
      const result = await connection.read({ path: '/identity', withToken: false, signal }, identitySchema)
      if (!result.ok) return result
      known = { url, machineIdentifier: result.value.value.machineIdentifier }
      return ok(result.value.value)
    },

    async sections(signal) {
      const result = await connection.read({ path: '/library/sections', signal }, sectionsSchema)
      return result.ok ? ok(result.value.value) : result
    },

    parts: (sectionId, request) => listParts(connection, sectionId, request),
    listedItems: (sectionId, signal) => listItems(connection, sectionId, signal),
    countItems: (sectionId, signal) => countItems(connection, sectionId, signal),
    findByFile: (sectionId, baseName, signal) => findByFile(connection, sectionId, baseName, signal),
    items: (ratingKeys, signal) => readItems(connection, ratingKeys, signal),

    async edit(edit, signal, longestLine) {
      const written = await send(edit, signal, longestLine)
      options.edits?.send(written)
      return written
    },

    uploadPoster: (ratingKey, bytes, signal) => uploadImage(connection, ratingKey, 'posters', bytes, signal),
    uploadArt: (ratingKey, bytes, signal) => uploadImage(connection, ratingKey, 'arts', bytes, signal),

    images: (ratingKey, image, signal) => readImages(connection, ratingKey, image, signal),
    async selectedImage(ratingKey, image, signal) {
      const list = await readImages(connection, ratingKey, image, signal)
      return list.ok ? ok(list.value.selected) : list
    },
    selectImage: (ratingKey, image, key, signal) => selectImage(connection, ratingKey, image, key, signal),

    async scanFolder(sectionId, folder, signal) {
      // Without a path Plex would scan the whole library.
      if (folder.trim() === '') return decline('invalid_input', { code: 'folder_not_named', values: {} })
      const path = `${sectionPath(sectionId)}/refresh?path=${encodeURIComponent(folder.toWellFormed())}`
      return connection.write({ method: 'GET', path, signal })
    },

    collections: (sectionId, signal) => listCollections(connection, sectionId, signal),
    collectionsByKey: (ratingKeys, signal) => readCollections(connection, ratingKeys, signal),
    collectionMembers: (ratingKey, signal) => readCollectionMembers(connection, ratingKey, signal),
    writeCollectionSummary: (ratingKey, summary, signal) =>
      writeCollectionSummary(connection, ratingKey, summary, signal),
    accounts: (signal) => readAccounts(connection, signal),
    playHistory: (request) => listPlayHistory(connection, request),
    viewings: (sectionId, filter, signal) => listViewings(connection, sectionId, filter, signal),
    viewingsOf: (ratingKeys, signal) => readViewings(connection, ratingKeys, signal),

    webUrl(ratingKey) {
      const { url } = options.address()
      return known?.url === url && url !== '' ? webUrl(url, known.machineIdentifier, ratingKey) : null
    },

    close: () => connection.close(),
  }
}

/** The path of a base address: that of a reverse proxy, mostly empty. */
function pathOf(url: string): string {
  return URL.parse(url)?.pathname.replace(/\/$/, '') ?? ''
}
