import { type Context, type ExitCode, exitCodes, withEngine } from '../context.ts'
import { workOf } from '../watch-task.ts'

export function doctor(context: Context, { detach }: { detach?: boolean }): Promise<ExitCode> {
  return withEngine(context, async (invoke, running) => {
    const request = { kind: 'doctor', request: {} } as const
    const response = await workOf(context, { invoke, running, detach }, 'runHealthChecks', request)
    if (response.kind === 'code') return response.code
    const { checks } = response.value
    context.output.result(checks, () =>
      checks
        .map((check) => {
          const mark = check.ok ? 'ok     ' : check.warning ? 'warning' : 'FAILED '
          return `${mark}  ${check.title}: ${check.detail}${check.cure === null ? '' : `\n         ${check.cure}`}`
        })
        .join('\n'),
    )
    return checks.every((check) => check.ok || check.warning) ? exitCodes.done : exitCodes.failed
  })
}
