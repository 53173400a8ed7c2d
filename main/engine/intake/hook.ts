/** What a hook says, parsed at the border: type, id and the names of the changed fields, and nothing else. */
import * as z from 'zod'
import { type JobKind, sceneIdSchema } from '../../../shared/domain.ts'
import { fail, ok, type Result } from '../../../shared/result.ts'

type HookAction = 'create' | 'update' | 'destroy' | 'merge'

export interface ChangeHook {
  readonly category: 'change'
  readonly type: string
  readonly kind: JobKind
  readonly action: HookAction
  /** Of the scene, performer, studio, tag or group. */
  readonly id: string
  /** Names of Stash's input fields; null if the sender does not say which ones changed. */
  readonly inputFields: readonly string[] | null
}

export type Hook =
  | ChangeHook
  /** The connection test. */
  | { readonly category: 'ping' }
  /** A hook that PlexSync has no use for: markers, galleries, images, and types that are not known. */
  | { readonly category: 'other'; readonly type: string; readonly id: string | null }

export interface HookBody {
  readonly hooks: readonly Hook[]
  /** An array is answered by an array. */
  readonly isArray: boolean
}

interface Subject {
  readonly kind: JobKind
  readonly action: HookAction
}

const kinds: readonly (readonly [name: string, kind: JobKind])[] = [
  ['Scene', 'scene'],
  ['Performer', 'performer'],
  ['Studio', 'studio'],
  ['Tag', 'tag'],
  ['Group', 'group'],
  // Stash fires both for one change; Movie is the deprecated twin of Group.
  ['Movie', 'group'],
]

const actions: readonly (readonly [name: string, action: HookAction])[] = [
  ['Create', 'create'],
  ['Update', 'update'],
  ['Destroy', 'destroy'],
]

/** Stash: of all these only tags have a Merge hook. */
const subjects = new Map<string, Subject>([['Tag.Merge.Post', { kind: 'tag', action: 'merge' }]])
for (const [name, kind] of kinds)
  for (const [verb, action] of actions) subjects.set(`${name}.${verb}.Post`, { kind, action })

const badId = 'must be a positive whole number'

/** A number past 2^53 has already lost digits when JSON is parsed, and would name another scene. */
const idSchema = z
  .union([z.string(), z.number()], { error: badId })
  .transform(String)
  .pipe(sceneIdSchema)
  .refine((text) => Number.isSafeInteger(Number(text)), badId)

/**
 * `inputFields` of an unexpected shape count as missing: not knowing what changed must lead to a look at the scene,
 * never to a lost change.
 */
const hookSchema = z.object({
  type: z.string('must be text').min(1, 'must not be empty'),
  id: idSchema.nullish(),
  inputFields: z.array(z.string()).nullish().catch(null),
})

/**
 * Parses the body of a hook request: one hook, `{"hookContext": {…}}`, or an array of either. All or nothing: one bad
 * element fails the whole with `invalid_input`, naming its index (from 0).
 */
export function parseHookBody(text: string): Result<HookBody> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return fail('invalid_input', 'the body is not JSON')
  }
  if (!Array.isArray(json)) {
    const hook = parseHook(json)
    return hook.ok ? ok({ hooks: [hook.value], isArray: false }) : hook
  }
  const hooks: Hook[] = []
  for (const [index, element] of json.entries()) {
    const hook = parseHook(element)
    if (!hook.ok) return fail('invalid_input', `element ${index}: ${hook.fault.message}`)
    hooks.push(hook.value)
  }
  return ok({ hooks, isArray: true })
}

/** As many as one request of a bulk edit names. */
const mostIds = 200

/**
 * Parses `type=T&id=N&fields=a,b`, the form of the embedded-JavaScript companion, or `ids=1,2,3` for a bulk edit: at most
 * 200 ids, all or nothing.
 */
export function parseHookQuery(query: URLSearchParams): Result<readonly Hook[]> {
  const listed = query.get('ids')
  if (listed === null) return parseAll([query.get('id') || undefined], query)
  const ids = listed.split(',')
  if (ids.length > mostIds) return fail('invalid_input', `ids: at most ${mostIds} at a time`)
  return parseAll(ids, query)
}

function parseAll(ids: readonly (string | undefined)[], query: URLSearchParams): Result<readonly Hook[]> {
  const hooks: Hook[] = []
  for (const id of ids) {
    const hook = parseOne(id, query)
    if (!hook.ok) return hook
    hooks.push(hook.value)
  }
  return ok(hooks)
}

function parseOne(id: string | undefined, query: URLSearchParams): Result<Hook> {
  return parseHook({
    type: query.get('type') ?? undefined,
    id,
    inputFields: query
      .get('fields')
      ?.split(',')
      .filter((name) => name !== ''),
  })
}

function parseHook(value: unknown): Result<Hook> {
  const wrapped = typeof value === 'object' && value !== null && 'hookContext' in value
  const parsed = hookSchema.safeParse(wrapped ? value.hookContext : value)
  if (!parsed.success) return fail('invalid_input', sentenceOf(parsed.error))
  const { type, id = null, inputFields = null } = parsed.data
  if (type === 'ping') return ok({ category: 'ping' })
  const subject = subjects.get(type)
  if (subject === undefined) return ok({ category: 'other', type, id })
  if (id === null) return fail('invalid_input', `id is missing: ${type} needs one`)
  return ok({ category: 'change', type, ...subject, id, inputFields })
}

function sentenceOf(error: z.ZodError): string {
  const issue = error.issues[0]
  if (issue === undefined || issue.path.length === 0) return 'a hook must be an object'
  const name = issue.path.join('.')
  return name === 'type' && issue.code === 'invalid_type' ? 'type is missing or not text' : `${name} ${issue.message}`
}
