import type { DeadLetter } from '../../../shared/contract.ts'
import { fieldSchema } from '../../../shared/domain.ts'
import type { App } from '../../state/app.ts'

/**
 * Why it failed, in the language of the window: with its values where the engine has told them, else the engine's own
 * English words, or in another language what the code stands for. Letters of every release have a code.
 */
export function reasonOf(
  letter: Pick<DeadLetter, 'code' | 'reason' | 'values'>,
  { t, language }: { readonly t: App['t']; readonly language: Pick<App['language'], 'error'> },
): string {
  const { fields, refused, status } = letter.values
  if (letter.code !== 'value_refused' || !Array.isArray(fields) || !Array.isArray(refused))
    return t.needsYou.reasonTold(letter.reason, language.error(letter.code).sentence)
  const titles = fields.map((field) => {
    const known = fieldSchema.safeParse(field)
    return known.success ? t.field[known.data] : field
  })
  return t.needsYou.valueRefused(titles.join(', '), refused.join(', '), Number(status) || null)
}
