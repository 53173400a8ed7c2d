import type { DeadLetter } from '../../../shared/contract.ts'
import { fieldSchema } from '../../../shared/domain.ts'
import type { App } from '../../state/app.ts'

/**
 * Why it failed, in the language of the window: by its values, the last step of its match or a reason of our own where the
 * engine has given one, else what was seen. Letters of every release have a code.
 */
export function reasonOf(
  letter: Pick<DeadLetter, 'code' | 'reason' | 'values' | 'step' | 'because'>,
  t: App['t'],
): string {
  const { fields, refused, status } = letter.values
  if (letter.code !== 'value_refused' || !Array.isArray(fields) || !Array.isArray(refused)) return causeOf(letter, t)
  const titles = fields.map((field) => {
    const known = fieldSchema.safeParse(field)
    return known.success ? t.field[known.data] : field
  })
  return t.needsYou.valueRefused(titles.join(', '), refused.join(', '), Number(status) || null)
}

function causeOf({ code, reason, step, because }: Parameters<typeof reasonOf>[0], t: App['t']): string {
  if (because !== undefined) return t.requestProblem(because)
  return step === undefined ? t.needsYou.reasonSeen(code, reason) : t.needsYou.stepText(step)
}
