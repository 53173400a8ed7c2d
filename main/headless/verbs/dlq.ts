import type { DeadLetter } from '../../../shared/contract.ts'
import { type PageAsked, pageAfter } from '../../../shared/pages.ts'
import { fail, ok, type Result } from '../../../shared/result.ts'
import { type Context, type ExitCode, exitCodes, refuse, withEngine } from '../context.ts'
import { workOf } from '../watch-task.ts'

const headings = ['ID', 'SCENE', 'CLASS', 'TRIES', 'FAILED', 'TITLE', 'REASON'] as const
const rowsPerPage = 500

/** Printed page by page: there may be hundreds of thousands. */
export function list(context: Context): Promise<ExitCode> {
  return withEngine(context, async (invoke) => {
    const list = context.output.list(headings, 'No dead letters.')
    for (let asked: PageAsked | null = { offset: 0, limit: rowsPerPage }; asked !== null; ) {
      const response = await invoke('listDeadLetters', asked, context.signal)
      if (!response.ok) return refuse(context, response.fault)
      for (const row of response.value.rows) list.row(row, cellsOf(row))
      asked = pageAfter(asked, response.value)
    }
    list.end()
    return exitCodes.done
  })
}

function cellsOf(row: DeadLetter): string[] {
  return [
    String(row.id),
    row.scene_id,
    row.class,
    String(row.attempts),
    row.failed_at,
    row.title.slice(0, 40),
    row.reason,
  ]
}

export async function retry(
  context: Context,
  options: { all?: boolean; detach?: boolean },
  ids: readonly string[],
): Promise<ExitCode> {
  const selection = options.all === true ? ok({ select: 'all' as const }) : idsOf(ids)
  if (!selection.ok) return refuse(context, selection.fault)
  return withEngine(context, async (invoke, running) => {
    const request = { kind: 'retry', request: selection.value } as const
    const response = await workOf(context, { invoke, running, detach: options.detach }, 'retryDeadLetters', request)
    if (response.kind === 'code') return response.code
    context.output.result(response.value, () => `${response.value.retried} put back into the queue`)
    return response.value.retried === 0 && options.all !== true ? exitCodes.failed : exitCodes.done
  })
}

export async function discard(context: Context, _options: unknown, ids: readonly string[]): Promise<ExitCode> {
  const selection = idsOf(ids)
  if (!selection.ok) return refuse(context, selection.fault)
  return withEngine(context, async (invoke, running) => {
    const request = { kind: 'discard', request: selection.value } as const
    const response = await workOf(context, { invoke, running }, 'discardDeadLetters', request)
    if (response.kind === 'code') return response.code
    context.output.result(response.value, () => `${response.value.discarded} discarded`)
    return response.value.discarded === 0 ? exitCodes.failed : exitCodes.done
  })
}

export function pick(context: Context, _options: unknown, sceneId: string, ratingKey: string): Promise<ExitCode> {
  return withEngine(context, async (invoke) => {
    const response = await invoke('pickMatch', { scene_id: sceneId, rating_key: ratingKey }, context.signal)
    if (!response.ok) return refuse(context, response.fault)
    context.output.result(
      response.value,
      () => `${response.value.path} is item ${response.value.rating_key} from now on`,
    )
    return exitCodes.done
  })
}

export function purge(context: Context, options: { olderThan: number; detach?: boolean }): Promise<ExitCode> {
  return withEngine(context, async (invoke, running) => {
    const request = { kind: 'purge', request: { older_than_days: options.olderThan } } as const
    const response = await workOf(context, { invoke, running, detach: options.detach }, 'purgeDeadLetters', request)
    if (response.kind === 'code') return response.code
    context.output.result(response.value, () => `${response.value.purged} removed`)
    return exitCodes.done
  })
}

function idsOf(ids: readonly string[]): Result<{ select: 'ids'; ids: number[] }> {
  const wrong = ids.find((id) => !/^[1-9]\d*$/.test(id))
  if (wrong !== undefined)
    return fail('invalid_input', `${wrong} is not the id of a dead letter; plexsync dlq list shows them`)
  return ids.length === 0
    ? fail('invalid_input', 'Specify one or more ids, or --all')
    : ok({ select: 'ids', ids: ids.map(Number) })
}
