import type { PathTest } from '../../../shared/contract.ts'
import { withConfiguredEngine } from '../configured.ts'
import { type Context, type ExitCode, exitCodes } from '../context.ts'
import { type Worked, workOf } from '../watch-task.ts'

interface PathsOptions {
  readonly samples: number
  readonly detach?: boolean
}

export function testPaths(context: Context, { samples, detach }: PathsOptions): Promise<ExitCode> {
  return withConfiguredEngine(context, async (invoke, running) => {
    const request = { kind: 'paths_test', request: { samples } } as const
    return show(context, await workOf(context, { invoke, running, detach }, 'testPaths', request))
  })
}

export function suggestPaths(context: Context, { samples, detach }: PathsOptions): Promise<ExitCode> {
  return withConfiguredEngine(context, async (invoke, running) => {
    const request = { kind: 'paths_suggest', request: { samples } } as const
    return show(context, await workOf(context, { invoke, running, detach }, 'suggestPaths', request))
  })
}

function show(context: Context, response: Worked<PathTest>): ExitCode {
  if (response.kind === 'code') return response.code
  context.output.result(response.value, () => describe(response.value))
  return exitCodes.done
}

function describe({ rules, samples, found, failures }: PathTest): string {
  return [
    ...rules.map((rule) => `${rule.rule}\n   ${rule.evidence}`),
    `${found} of ${samples} samples found in Plex${failures.length === 0 ? '.' : '; these not:'}`,
    ...failures.map(
      (failure) =>
        `${failure.stash_path}\n   ${failure.mapped === null ? '' : `as ${failure.mapped}: `}${failure.reason}`,
    ),
  ].join('\n')
}
