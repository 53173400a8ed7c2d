/** What PlexSync asks Stash for. Every call returns a Result; ids that Stash does not know are absent, not a fault. */
import type { Result } from '../../../shared/result.ts'
import { type CollectionSource, readCollectionSources, type SourceId } from './collection-sources.ts'
import { type Cover, fetchCover, fetchEntityImage } from './cover.ts'
import { DialectFinder } from './dialect-finder.ts'
import { createEntityReader, type EntityReader } from './entity-reader.ts'
import { createStashConnection, type StashConnection, type StashConnectionOptions } from './graphql.ts'
import type { Dialect } from './queries.ts'
import { noNeeds, type SceneNeeds } from './scene-needs.ts'
import { createSceneReader, type SceneReader } from './scene-reader.ts'
import { createServerReader, type ServerReader } from './server-reader.ts'
import { createStampReader, type StampReader } from './stamp-reader.ts'
import type { StashState } from './stash-state.ts'
import { createStashWatching, type StashWatching } from './watching.ts'

export interface StashClient extends SceneReader, StampReader, EntityReader, ServerReader {
  /** Stash's present time in epoch ms, in whole seconds; null before its first response. */
  now(): number | null
  /** `etag` is that of the cover at hand, '' for none. */
  cover(sceneId: string, etag?: string, signal?: AbortSignal): Promise<Result<Cover>>
  /** The front image of a group as stored; null if it has none. */
  groupImage(groupId: string, signal?: AbortSignal): Promise<Result<Buffer | null>>
  /** Texts and images of studios, performers, tags and groups, by `sourceKey`. */
  collectionSources(ids: readonly SourceId[], signal?: AbortSignal): Promise<Result<Map<string, CollectionSource>>>
  /** An image as stored, by its path below Stash's address; null if there is none. */
  entityImage(path: string, signal?: AbortSignal): Promise<Result<Buffer | null>>
  /** Which names the server has, as far as was found out. */
  dialect(): Dialect
  /** Drops what is known of the server's names: it may have come back as another version. */
  forgetDialect(): void
  /** By the last response that said so; null while none has. */
  state(): StashState | null
  /** Plays, resume points and ratings. */
  readonly watching: StashWatching
  graphql: StashConnection['graphql']
  close(): void
}

export interface StashClientOptions extends StashConnectionOptions {
  /** Which fields of scenes are read beyond those that always are; none if it is left out. */
  readonly needs?: () => SceneNeeds
}

export function createStashClient(options: StashClientOptions): StashClient {
  const needs = options.needs ?? (() => noNeeds)
  const connection = createStashConnection(options)
  const finder = new DialectFinder(connection, options)
  const watching = createStashWatching(connection, options.address)
  return {
    ...createSceneReader(connection, finder, needs),
    ...createStampReader(connection, finder, needs),
    ...createEntityReader(connection, finder, needs),
    ...createServerReader(connection),
    now: connection.now,
    cover: (sceneId, etag = '', signal) => fetchCover(connection, sceneId, etag, signal),
    groupImage: (groupId, signal) =>
      fetchEntityImage(
        connection,
        `/${finder.dialect.groups === 'movies' ? 'movie' : 'group'}/${groupId}/frontimage`,
        signal,
      ),
    collectionSources: (ids, signal) =>
      finder.ask((dialect) => readCollectionSources(connection, dialect, ids, signal), signal),
    entityImage: (path, signal) => fetchEntityImage(connection, path, signal),
    dialect: () => finder.dialect,
    forgetDialect() {
      finder.forget()
      watching.forgetDialect()
    },
    state: connection.state,
    watching,
    graphql: connection.graphql,
    close: connection.close,
  }
}
