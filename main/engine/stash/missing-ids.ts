/** Stash: one missing id fails a whole query by ids, with "scene with id N not found". */
import type { SceneId } from '../../../shared/domain.ts'
import { ok, type Result } from '../../../shared/result.ts'

/** Asks for scenes by id; where some are missing, asks again without them. An empty list asks for nothing. */
export async function withoutMissing<T>(
  ids: readonly SceneId[],
  ask: (ids: readonly SceneId[]) => Promise<Result<T[]>>,
): Promise<Result<T[]>> {
  // Stash would read an empty list as "no condition" and send scenes that were not asked for.
  if (ids.length === 0) return ok([])
  const result = await ask(ids)
  if (result.ok) return result
  if (result.fault.code !== 'server_error' || !/not found/i.test(result.fault.message)) return result
  if (ids.length === 1) return ok([])
  const missing = missingIds(result.fault.message)
  const left = ids.filter((id) => !missing.has(id))
  if (left.length < ids.length) return withoutMissing(left, ask)
  // It does not say which one: each half is asked separately.
  const middle = Math.ceil(ids.length / 2)
  const before = await withoutMissing(ids.slice(0, middle), ask)
  if (!before.ok) return before
  const after = await withoutMissing(ids.slice(middle), ask)
  return after.ok ? ok([...before.value, ...after.value]) : after
}

function missingIds(message: string): Set<SceneId> {
  return new Set([...message.matchAll(/scene with id (\d+) not found/gi)].map((match) => match[1] ?? ''))
}
