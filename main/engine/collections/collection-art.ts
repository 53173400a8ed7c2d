/**
 * Gives collections the text and the image of what they are named after: only those that PlexSync made, once per content,
 * and never over what the user changed. Where art is off, or nothing of ours has the name any more, the text goes again.
 */

import { createHash } from 'node:crypto'
import { ok, type Result } from '../../../shared/result.ts'
import type { Settings } from '../../../shared/settings.ts'
import type { Library } from '../match/library.ts'
import { cleanSummary } from '../merge/sanitise.ts'
import { nameKey } from '../merge/text-equality.ts'
import type { PlexClient } from '../plex/client.ts'
import type { ListedCollection, PlexCollection } from '../plex/collections.ts'
import type { Logger } from '../ports.ts'
import type { PosterRenderer } from '../posters/poster-renderer.ts'
import { recipeOf, recipeText } from '../posters/recipe.ts'
import type { StashClient } from '../stash/client.ts'
import { type CollectionSource, sourceKey } from '../stash/collection-sources.ts'
import { wantsArt } from './collection-marks.ts'
import type { Collection, CollectionStore } from './collection-store.ts'
import { collectionLines } from './collections-log.ts'

/** The libraries of the server in use. */
interface ArtLibraries extends Pick<Library, 'sections' | 'uuidOf'> {
  /** machineIdentifier of the server; null while none has answered yet. */
  readonly server: () => string | null
  readonly settingsFor: (sectionId: string) => Settings
}

export interface CollectionArtDeps {
  readonly store: CollectionStore
  readonly plex: Pick<
    PlexClient,
    | 'collections'
    | 'collectionsByKey'
    | 'collectionMembers'
    | 'writeCollectionSummary'
    | 'uploadPoster'
    | 'selectedImage'
  >
  readonly stash: Pick<StashClient, 'collectionSources' | 'entityImage'>
  readonly posters: Pick<PosterRenderer, 'render'>
  readonly libraries: ArtLibraries
  /** Awaited before each write. */
  readonly pace: () => Promise<void>
  readonly logger: Logger
}

/** The stamp of a collection that is to have nothing from us. */
const nothingWanted = ''

const noSource: CollectionSource = { text: '', image: null }

/** One pass over all libraries. A fault leaves what was not done yet due. `whole`: also what no longer has our name. */
export async function writeCollectionArt(
  deps: CollectionArtDeps,
  { whole }: { readonly whole: boolean },
  signal: AbortSignal,
): Promise<Result<void>> {
  const server = deps.libraries.server()
  if (server === null) return ok(undefined)
  for (const { id: sectionId } of deps.libraries.sections) {
    const library = deps.libraries.uuidOf(sectionId)
    const rows = library === null ? [] : deps.store.of(server, library)
    if (!rows.some(({ due }) => due || whole)) continue
    const done = await writeLibrary(sectionId, rows, whole, deps, signal)
    if (!done.ok) return done
  }
  return ok(undefined)
}

async function writeLibrary(
  sectionId: string,
  rows: readonly Collection[],
  whole: boolean,
  deps: CollectionArtDeps,
  signal: AbortSignal,
): Promise<Result<void>> {
  const { store, plex, stash } = deps
  const settings = deps.libraries.settingsFor(sectionId)
  // These switches stop all writing, and take nothing back.
  if (!settings.enabled || !settings.sync_master || !settings.sync_collection) {
    for (const row of rows) if (row.due) store.put({ ...row, due: false })
    return ok(undefined)
  }
  const listed = await plex.collections(sectionId, signal)
  if (!listed.ok) return listed
  const present = rows.flatMap((row) => attach(row, listed.value, store))
  const inUse = whole ? await store.namesInUse(sectionId, signal) : null

  const aims = await aimsOf(present, { inUse, settings }, stash, signal)
  if (!aims.ok) return aims
  const isMet = ({ row, stamp }: Aim): boolean => row.stamp === stamp
  for (const { row } of aims.value.filter(isMet)) store.put({ ...row, due: false })
  const open = aims.value.filter((aim) => !isMet(aim))
  return writeOpen(open, { inUse, settings }, deps, signal)
}

/** A collection, and what is to be in it. */
interface Aim {
  readonly row: Collection
  /** Null if nothing of ours is to be there. */
  readonly source: CollectionSource | null
  readonly stamp: string
}

/** What belongs to the rows of one library. */
interface OfLibrary {
  /** Names that a scene still brings; null if nothing is to be forgotten now. */
  readonly inUse: ReadonlySet<string> | null
  readonly settings: Settings
}

function isUsed({ nameKey: key }: Collection, { inUse }: OfLibrary): boolean {
  return inUse === null || inUse.has(key)
}

/** What each collection is to have from us; texts and images are asked for in one request. */
async function aimsOf(
  present: readonly Collection[],
  library: OfLibrary,
  stash: CollectionArtDeps['stash'],
  signal: AbortSignal,
): Promise<Result<readonly Aim[]>> {
  const { settings } = library
  const originOf = (row: Collection) => (wantsArt(library) && isUsed(row, library) ? row.origin : null)
  const sources = await stash.collectionSources(
    present.flatMap((row) => originOf(row) ?? []),
    signal,
  )
  if (!sources.ok) return sources
  return ok(
    present.map((row): Aim => {
      const origin = originOf(row)
      if (origin === null) return { row, source: null, stamp: nothingWanted }
      const source = sources.value.get(sourceKey(origin)) ?? noSource
      return { row, source, stamp: stampOf(source, settings) }
    }),
  )
}

/** Writes what is not as it should be, one collection after the other; one that Plex does not show is left due. */
async function writeOpen(
  open: readonly Aim[],
  library: OfLibrary,
  deps: CollectionArtDeps,
  signal: AbortSignal,
): Promise<Result<void>> {
  const { plex, store } = deps
  const read = await plex.collectionsByKey(
    open.flatMap(({ row }) => row.ratingKey ?? []),
    signal,
  )
  if (!read.ok) return read
  for (const aim of open) {
    const shown = read.value.get(aim.row.ratingKey ?? '')
    if (shown === undefined) continue
    const written = await writeOne(aim, shown, library.settings, deps, signal)
    if (!written.ok) return written
    if (isUsed(aim.row, library)) store.put({ ...written.value, stamp: aim.stamp, due: false })
    else store.drop(aim.row)
  }
  return ok(undefined)
}

/** Compares the row with what Plex shows under its name; none if the collection is gone. */
function attach(row: Collection, listed: readonly ListedCollection[], store: CollectionStore): Collection[] {
  const shown = listed.find(({ title }) => nameKey(title) === row.nameKey)
  if (shown === undefined) {
    // One that Plex never showed may still come up.
    if (row.ratingKey !== null) store.drop(row)
    return []
  }
  if (row.ratingKey === shown.ratingKey) return [row]
  if (row.ratingKey === null) return [{ ...row, ratingKey: shown.ratingKey }]
  // It went and came again, or the user created another one of that name: nothing in it is ours.
  return [{ ...row, ratingKey: shown.ratingKey, maker: 'found', stamp: null, summary: null, poster: null }]
}

async function writeOne(
  { row: given, source }: Aim,
  shown: PlexCollection,
  settings: Settings,
  deps: CollectionArtDeps,
  signal: AbortSignal,
): Promise<Result<Collection>> {
  const judged = await judge(given, shown, deps, signal)
  if (!judged.ok) return judged
  const row = judged.value
  if (row.maker === 'foreign') return ok(row)
  const summary = await writeSummary(row, shown, cleanSummary(source?.text ?? '').text, deps, signal)
  if (!summary.ok) return summary
  // Kept in the store before the next write: what is in Plex is ours also if that fails.
  const described = { ...row, summary: summary.value }
  deps.store.put(described)
  if (source === null || source.image === null) return ok(described)
  const poster = await writePoster({ row: described, shown, path: source.image.path, settings }, deps, signal)
  return poster.ok ? ok({ ...described, poster: poster.value }) : poster
}

/** Whether PlexSync made it: one that was there before is ours only if everything in it is ours. */
async function judge(
  row: Collection,
  shown: PlexCollection,
  { plex, store }: CollectionArtDeps,
  signal: AbortSignal,
): Promise<Result<Collection>> {
  if (row.maker !== 'found') return ok(row)
  const isUntouched =
    shown.summary === '' && !shown.hasPoster && !shown.locks.includes('summary') && !shown.locks.includes('thumb')
  if (!isUntouched) return ok({ ...row, maker: 'foreign' })
  const members = await plex.collectionMembers(shown.ratingKey, signal)
  if (!members.ok) return members
  const isOurs = members.value.length > 0 && store.areAllOurs(members.value, row.nameKey)
  return ok({ ...row, maker: isOurs ? 'made' : 'foreign' })
}

/** Returns what of the summary is ours now. */
async function writeSummary(
  row: Collection,
  shown: PlexCollection,
  wanted: string,
  { plex, pace }: CollectionArtDeps,
  signal: AbortSignal,
): Promise<Result<string | null>> {
  const theirs = cleanSummary(shown.summary).text
  const isOurs = row.summary !== null && theirs === row.summary
  if (wanted !== '' && theirs === wanted) return ok(wanted)
  const isFree = theirs === '' && !shown.locks.includes('summary') && row.summary === null
  if (!isOurs && !isFree) return ok(row.summary)
  if (wanted === '' && !isOurs) return ok(null)
  await pace()
  const written = await plex.writeCollectionSummary(shown.ratingKey, wanted, signal)
  return written.ok ? ok(wanted === '' ? null : wanted) : written
}

interface CollectionPoster {
  readonly row: Collection
  readonly shown: PlexCollection
  /** Of its picture in Stash. */
  readonly path: string
  readonly settings: Settings
}

/** Returns the SHA-1 of the poster that is ours now. */
async function writePoster(
  { row, shown, path, settings }: CollectionPoster,
  { plex, stash, posters, pace, logger }: CollectionArtDeps,
  signal: AbortSignal,
): Promise<Result<string | null>> {
  const isFree = row.poster === null && !shown.hasPoster && !shown.locks.includes('thumb')
  if (!isFree) {
    if (row.poster === null) return ok(null)
    const selected = await plex.selectedImage(shown.ratingKey, 'poster', signal)
    if (!selected.ok) return selected
    // Another picture, or none by choice: the user's.
    if (selected.value !== `upload://posters/${row.poster}`) return ok(row.poster)
  }
  const image = await stash.entityImage(path, signal)
  if (!image.ok) return image
  if (image.value === null) return ok(row.poster)
  const recipe = recipeOf(settings)
  const made = recipe === null ? ok(image.value) : await posters.render(image.value, recipe)
  if (!made.ok) {
    if (made.fault.code !== 'rejected') return made
    logger.log(...collectionLines.noPoster({ ratingKey: shown.ratingKey, problem: made.fault.message }))
    return ok(row.poster)
  }
  const sha1 = createHash('sha1').update(made.value).digest('hex')
  if (sha1 === row.poster) return ok(sha1)
  await pace()
  const uploaded = await plex.uploadPoster(shown.ratingKey, made.value, signal)
  if (uploaded.ok) return ok(sha1)
  if (uploaded.fault.code !== 'rejected') return uploaded
  logger.log(...collectionLines.posterRefused({ ratingKey: shown.ratingKey, problem: uploaded.fault.message }))
  return ok(row.poster)
}

function stampOf({ text, image }: CollectionSource, settings: Settings): string {
  const recipe = recipeOf(settings)
  const how = image === null || recipe === null ? '' : recipeText(recipe)
  return createHash('sha1')
    .update(JSON.stringify([text, image?.path ?? '', image?.version ?? '', how]))
    .digest('base64')
}
