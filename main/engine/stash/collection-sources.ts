/** What collections are described by: the texts and images of studios, performers, tags and groups. */
import * as z from 'zod'
import { ok, type Result } from '../../../shared/result.ts'
import type { StashConnection } from './graphql.ts'
import type { Dialect } from './queries.ts'

export interface SourceId {
  readonly kind: 'studio' | 'group' | 'performer' | 'tag'
  readonly id: string
}

export interface CollectionSource {
  /** Empty if Stash has none. */
  readonly text: string
  /** The path of its image below Stash's address, and what changes with it; null if it has none. */
  readonly image: { readonly path: string; readonly version: string } | null
}

const idsPerQuery = 50

const rowSchema = z.object({ text: z.string().nullish(), image: z.string().nullish() }).nullable()

/** By `sourceKey`; those that Stash no longer has are absent. Stash: each kind is asked for one by one, under names. */
export async function readCollectionSources(
  connection: Pick<StashConnection, 'graphql'>,
  dialect: Pick<Dialect, 'groups'>,
  ids: readonly SourceId[],
  signal?: AbortSignal,
): Promise<Result<Map<string, CollectionSource>>> {
  const found = new Map<string, CollectionSource>()
  const wanted = ids.filter(({ id }) => /^[1-9]\d*$/.test(id))
  for (let from = 0; from < wanted.length; from += idsPerQuery) {
    const chunk = wanted.slice(from, from + idsPerQuery)
    const fields = chunk.map((source, at) => `s${at}: ${fieldOf(source, dialect)}`).join('\n  ')
    const read = await connection.graphql(
      `query CollectionSources {\n  ${fields}\n}`,
      {},
      z.record(z.string(), rowSchema),
      signal,
    )
    if (!read.ok) return read
    for (const [at, source] of chunk.entries()) {
      const row = read.value[`s${at}`]
      if (row == null) continue
      found.set(sourceKey(source), { text: row.text ?? '', image: imageOf(source, row.image ?? '', dialect) })
    }
  }
  return ok(found)
}

export function sourceKey({ kind, id }: SourceId): string {
  return `${kind} ${id}`
}

function fieldOf({ kind, id }: SourceId, { groups }: Pick<Dialect, 'groups'>): string {
  switch (kind) {
    case 'studio':
      return `findStudio(id: ${id}) { text: details image: image_path }`
    case 'performer':
      return `findPerformer(id: ${id}) { text: details image: image_path }`
    case 'tag':
      return `findTag(id: ${id}) { text: description image: image_path }`
    case 'group':
      return `${groups === 'groups' ? 'findGroup' : 'findMovie'}(id: ${id}) { text: synopsis image: front_image_path }`
  }
}

/** Stash: the address ends in `t=` and the entity's stamp; `default=true` stands for the placeholder. */
function imageOf(
  { kind, id }: SourceId,
  address: string,
  { groups }: Pick<Dialect, 'groups'>,
): CollectionSource['image'] {
  if (address === '' || /[?&]default=true/.test(address)) return null
  const name = kind === 'group' && groups === 'movies' ? 'movie' : kind
  return {
    path: `/${name}/${id}/${kind === 'group' ? 'frontimage' : 'image'}`,
    version: /[?&]t=(\d+)/.exec(address)?.[1] ?? address,
  }
}
