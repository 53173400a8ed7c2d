/** Wraps a verb as an action of commander: global options become its context, Ctrl-C its signal, its result the exit code. */
import type { Command } from 'commander'
import { type Context, createContext, type GlobalOptions, refuse } from '../context.ts'
import { createOutput, type ExitCode } from '../output.ts'
import type { Shell } from '../shell.ts'

/** A verb is loaded when it is called: the others cost no start-up. */
type Verb<Options, Arguments extends unknown[]> = (
  context: Context,
  options: Options,
  ...rest: Arguments
) => Promise<ExitCode>

export type Action = ReturnType<typeof actionsOf>

/** `end` gets the exit code of the verb that ran. */
export function actionsOf(shell: Shell, end: (code: ExitCode) => void) {
  const abort = new AbortController()
  return function action<Options, Arguments extends unknown[]>(load: () => Promise<Verb<Options, Arguments>>) {
    return async (...all: unknown[]): Promise<void> => {
      const command = all.at(-1) as Command
      const context = createContext(command.optsWithGlobals<GlobalOptions>(), shell, abort.signal)
      if (!context.ok) return end(refuse({ output: createOutput(false, shell) }, context.fault))
      const stop = (): void => abort.abort()
      process.once('SIGINT', stop)
      process.once('SIGTERM', stop)
      const verb = await load()
      end(
        await verb(
          context.value,
          command.opts<Record<string, unknown>>() as Options,
          ...(all.slice(0, -2) as Arguments),
        ),
      )
      process.off('SIGINT', stop)
      process.off('SIGTERM', stop)
    }
  }
}
