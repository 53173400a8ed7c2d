import { type Context, type ExitCode, exitCodes, refuse, withEngine } from '../context.ts'

export function doctor(context: Context): Promise<ExitCode> {
  return withEngine(context, async (invoke) => {
    const answer = await invoke('runHealthChecks', {}, context.signal)
    if (!answer.ok) return refuse(context, answer.fault)
    const { checks } = answer.value
    context.output.answer(checks, () =>
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
