/** A Stash that the facts are held against. Reading is always GraphQL over HTTP; only what is done to it goes another way. */

export interface GraphqlResponse {
  readonly status: number
  readonly contentType: string
  /** The Date header, epoch ms. */
  readonly date: number
  readonly data: unknown
  readonly errors: readonly { readonly message: string; readonly code: string }[]
}

export interface SceneEdit {
  readonly title?: string
  readonly date?: string
  readonly details?: string
  readonly organized?: boolean
  readonly urls?: readonly string[]
  readonly performer_ids?: readonly string[]
  readonly tag_ids?: readonly string[]
}

/** Everything that is made is taken away again by `close`; nothing else is touched. */
export interface StashTarget {
  readonly name: string
  /** Where PlexSync reaches it. */
  readonly url: string
  /** Empty if it has no password. */
  readonly key: string
  /** Whether state and version can be chosen: facts about another state are held against the simulated one only. */
  readonly isSimulated: boolean
  /** The version's middle number, as in 0.30. */
  readonly minor: number
  graphql(
    query: string,
    variables?: Record<string, unknown>,
    headers?: Record<string, string>,
  ): Promise<GraphqlResponse>
  get(path: string, headers?: Record<string, string>): Promise<Response>
  /** Puts clips into the library and has them scanned; returns the ids of their scenes in the same order. */
  addClips(names: readonly string[]): Promise<string[]>
  /** Renames a clip on the disk and has it scanned. */
  renameClip(from: string, to: string): Promise<void>
  pathOf(clip: string): string
  createEntity(kind: 'performer' | 'studio' | 'tag', name: string): Promise<string>
  renameEntity(kind: 'performer' | 'studio' | 'tag', id: string, name: string): Promise<void>
  destroyPerformer(id: string): Promise<void>
  mergeTags(destination: string, sources: readonly string[]): Promise<void>
  /** A scene without a file. */
  createScene(title: string): Promise<string>
  /** Gives the clip, which is not the first file of `from`, to another scene. */
  assignClip(clip: string, from: string, to: string): Promise<void>
  updateScene(id: string, edit: SceneEdit): Promise<GraphqlResponse>
  bulkUpdateScenes(ids: readonly string[], edit: SceneEdit): Promise<void>
  mergeScenes(destination: string, sources: readonly string[]): Promise<void>
  /** Lets Stash's clock leave the present second. */
  nextSecond(): Promise<void>
  close(): Promise<void>
}

/** One operation over HTTP, as the client sends it. */
export async function askGraphql(
  url: string,
  key: string,
  query: string,
  variables: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Promise<GraphqlResponse> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    redirect: 'manual',
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/json',
      ...(key === '' ? {} : { ApiKey: key }),
      ...headers,
    },
    body: JSON.stringify({ query, variables }),
  })
  const text = await response.text()
  const body = text.startsWith('{') ? JSON.parse(text) : {}
  return {
    status: response.status,
    contentType: response.headers.get('content-type') ?? '',
    date: Date.parse(response.headers.get('date') ?? ''),
    data: body.data,
    errors: (body.errors ?? []).map((error: { message: string; extensions?: { code?: string } }) => ({
      message: error.message,
      code: error.extensions?.code ?? '',
    })),
  }
}
