/** Scenes that a sync can write, said in Stash's own filters, so that nothing but their ids has to be read. Pure. */

/** What a scene must have beside a file and metadata; `any`, `no_file` and `no_metadata` are for counting. */
export type SceneChoice =
  | { readonly kind: 'any' }
  | { readonly kind: 'no_file' }
  /** With a file. */
  | { readonly kind: 'no_metadata' }
  | { readonly kind: 'ready'; readonly organized: boolean; readonly stashId: boolean; readonly url: boolean }

type Filter = Readonly<Record<string, unknown>>

const hasFile: Filter = { file_count: { value: 0, modifier: 'GREATER_THAN' } }
const metadata = ['studio', 'performers', 'tags', 'date', 'details'] as const

/** SceneFilterType of a choice and an id above `after`. Stash: a level of a filter takes one of AND, OR and NOT. */
export function sceneChoiceFilter(choice: SceneChoice, after: number): Filter {
  const beyond: Filter = after === 0 ? {} : { id: { value: after, modifier: 'GREATER_THAN' } }
  switch (choice.kind) {
    case 'any':
      return beyond
    case 'no_file':
      return { ...beyond, file_count: { value: 0, modifier: 'EQUALS' } }
    case 'no_metadata':
      return { ...beyond, ...hasFile, AND: missingAll(metadata) }
    case 'ready': {
      const missing = [...(choice.stashId ? ['stash_id'] : []), ...(choice.url ? ['url'] : [])]
      return {
        ...beyond,
        ...hasFile,
        ...(choice.organized ? { organized: true } : {}),
        NOT: missing.reduce<Filter>((rest, what) => ({ is_missing: what, OR: rest }), missingAll(metadata)),
      }
    }
  }
}

function missingAll(fields: readonly string[]): Filter {
  return fields.reduceRight<Filter>(
    (rest, field) => ({ is_missing: field, ...(Object.keys(rest).length === 0 ? {} : { AND: rest }) }),
    {},
  )
}
