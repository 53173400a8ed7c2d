import type { StashHook } from './stash-model.ts'

/** Where and how the companion would forward a hook. */
export interface HookTarget {
  url: string
  token: string
  /** The header that carries the token; default `Authorization: Bearer`. */
  auth?: 'bearer' | 'apikey' | 'own'
  /** `plain` is what the companion forwards, `hookContext` what Stash itself writes, `raw` with the whole input. */
  form?: 'plain' | 'hookContext' | 'raw'
}

/** The body of one hook. */
export function hookPayload(hook: StashHook, form: HookTarget['form'] = 'plain'): Record<string, unknown> {
  const fields = hook.inputFields ? { inputFields: hook.inputFields } : {}
  if (form === 'plain') return { type: hook.type, id: hook.id, ...fields }
  const context = { id: hook.id, type: hook.type, input: hook.input, ...fields }
  return form === 'hookContext' ? { hookContext: context } : context
}

/** Sends hooks one after another, as Stash does; returns the statuses (0 without a response). */
export async function postHooks(hooks: readonly StashHook[], target: HookTarget): Promise<number[]> {
  const statuses: number[] = []
  for (const hook of hooks) statuses.push(await postHook(hook, target))
  return statuses
}

async function postHook(hook: StashHook, target: HookTarget): Promise<number> {
  const headers: Record<string, string> = { 'Content-Type': 'application/json' }
  if (target.auth === 'apikey') headers.ApiKey = target.token
  else if (target.auth === 'own') headers['X-PlexSync-Token'] = target.token
  else headers.Authorization = `Bearer ${target.token}`
  try {
    const body = JSON.stringify(hookPayload(hook, target.form))
    const response = await fetch(target.url, { method: 'POST', headers, body })
    await response.arrayBuffer()
    return response.status
  } catch {
    // A plugin that cannot reach its listener must not fail the edit either.
    return 0
  }
}
