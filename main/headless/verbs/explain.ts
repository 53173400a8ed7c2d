import { fail } from '../../../shared/result.ts'
import { withConfiguredEngine } from '../configured.ts'
import { type Context, type ExitCode, exitCodes, refuse } from '../context.ts'

export async function explain(context: Context, options: { scene?: string; path?: string }): Promise<ExitCode> {
  const request =
    options.scene !== undefined
      ? { scene_id: options.scene }
      : options.path !== undefined
        ? { path: options.path }
        : null
  if (request === null)
    return refuse(context, fail('invalid_input', 'Specify what to explain: --scene ID or --path PATH').fault)
  return withConfiguredEngine(context, async (invoke) => {
    const response = await invoke('explainMatch', request, context.signal)
    if (!response.ok) return refuse(context, response.fault)
    const { confidence, rating_keys, steps, candidates } = response.value
    context.output.result(response.value, () =>
      [
        ...steps.map((step, at) => `${at + 1}. ${step}`),
        ...candidates.map(
          (one) => `   item ${one.rating_key} in ${one.section}: ${one.file}\n      ${one.evidence.join('; ')}`,
        ),
        `Confidence: ${confidence}${rating_keys.length === 0 ? '' : `, item ${rating_keys.join(', ')}`}`,
      ].join('\n'),
    )
    return exitCodes.done
  })
}
