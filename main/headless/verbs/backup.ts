import { resolve } from 'node:path'
import { type Context, type ExitCode, exitCodes, withEngine } from '../context.ts'
import { workOf } from '../watch-task.ts'

export function backup(context: Context, { detach }: { detach?: boolean }, file: string): Promise<ExitCode> {
  return withEngine(context, async (invoke, running) => {
    const request = { kind: 'backup', request: { file: resolve(file) } } as const
    const response = await workOf(context, { invoke, running, detach }, 'createBackup', request)
    if (response.kind === 'code') return response.code
    context.output.result(response.value, () => `${response.value.file}, ${(response.value.bytes / 1e6).toFixed(1)} MB`)
    return exitCodes.done
  })
}

export function restore(context: Context, { detach }: { detach?: boolean }, file: string): Promise<ExitCode> {
  return withEngine(
    context,
    async (invoke, running) => {
      const request = { kind: 'restore', request: { file: resolve(file) } } as const
      const response = await workOf(context, { invoke, running, detach }, 'restoreBackup', request)
      if (response.kind === 'code') return response.code
      context.output.result(
        response.value,
        () => `Restored. The former database was kept as ${response.value.kept_aside}`,
      )
      return exitCodes.done
    },
    { exclusive: true },
  )
}
