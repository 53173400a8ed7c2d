import type { DeadLetter } from '../../../shared/contract.ts'
import { fieldSchema } from '../../../shared/domain.ts'
import type { App } from '../../state/app.ts'

/** Why it failed, in the language of the window where the engine has told the values, else in the engine's words. */
export function reasonOf(letter: Pick<DeadLetter, 'code' | 'reason' | 'values'>, t: App['t']): string {
  const { fields, refused, status } = letter.values
  if (letter.code !== 'value_refused' || !Array.isArray(fields) || !Array.isArray(refused)) return letter.reason
  const titles = fields.map((field) => {
    const known = fieldSchema.safeParse(field)
    return known.success ? t.field[known.data] : field
  })
  return t.needsYou.valueRefused(titles.join(', '), refused.join(', '), Number(status) || null)
}
