import type { AdoptedLocks } from '../../../shared/contract.ts'
import type { FieldValue } from '../../../shared/domain.ts'
import { withConfiguredEngine } from '../configured.ts'
import { type Context, type ExitCode, exitCodes } from '../context.ts'
import { workOf } from '../watch-task.ts'

interface Options {
  readonly all?: boolean
  readonly dryRun?: boolean
  readonly detach?: boolean
}

export function adopt(context: Context, { all = false, dryRun = false, detach }: Options): Promise<ExitCode> {
  return withConfiguredEngine(context, async (invoke, running) => {
    const request = { kind: 'adopt', request: { all, dry_run: dryRun } } as const
    const response = await workOf(context, { invoke, running, detach }, 'adoptLocks', request)
    if (response.kind === 'code') return response.code
    context.output.result(response.value, () => describe(response.value, all, dryRun))
    return exitCodes.done
  })
}

function describe({ items, fields, differing, enqueued, sample }: AdoptedLocks, all: boolean, dryRun: boolean): string {
  const would = dryRun ? 'would be adopted' : 'adopted'
  const others = all
    ? `${differing} of them have another value in Plex, which Stash ${dryRun ? 'would overwrite' : 'overwrites'}`
    : `${differing} more have another value in Plex and stay as they are`
  return [
    `${fields} fields of ${items} items ${would}; ${others}.`,
    ...sample.map(
      ({ scene_id, field, plex, stash }) => `  scene ${scene_id}, ${field}: Plex ${shown(plex)}, Stash ${shown(stash)}`,
    ),
    ...(enqueued > 0 ? [`${enqueued} scenes enqueued.`] : []),
  ].join('\n')
}

function shown(value: FieldValue): string {
  return value === null ? 'nothing' : `'${typeof value === 'string' ? value : value.join(', ')}'`
}
