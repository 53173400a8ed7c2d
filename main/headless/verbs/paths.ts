import type { PathTest } from '../../../shared/contract.ts'
import { withConfiguredEngine } from '../configured.ts'
import { type Context, type ExitCode, exitCodes, refuse } from '../context.ts'

export function testPaths(context: Context, options: { samples: number }): Promise<ExitCode> {
  return run(context, 'testPaths', options.samples)
}

export function suggestPaths(context: Context, options: { samples: number }): Promise<ExitCode> {
  return run(context, 'suggestPaths', options.samples)
}

function run(context: Context, call: 'testPaths' | 'suggestPaths', samples: number): Promise<ExitCode> {
  return withConfiguredEngine(context, async (invoke) => {
    const answer = await invoke(call, { samples }, context.signal)
    if (!answer.ok) return refuse(context, answer.fault)
    context.output.answer(answer.value, () => describe(answer.value))
    return exitCodes.done
  })
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
