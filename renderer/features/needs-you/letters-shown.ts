import type { RequestOf } from '../../../shared/contract.ts'
import type { ErrorCode } from '../../../shared/errors.ts'

/** Which dead letters a list shows, as in the address. */
export interface LettersShown {
  readonly code: ErrorCode
  readonly text: string
  /** `title` sorts upwards, `-title` downwards; anything unknown is newest first. */
  readonly sort: string
}

const orders = ['failed', 'scene', 'title', 'attempts'] as const

export function filterOf({ code, text, sort }: LettersShown): RequestOf<'listDeadLetters'> {
  const order = orders.find((one) => one === sort.replace(/^-/, ''))
  return {
    code,
    ...(text === '' ? {} : { text }),
    ...(order === undefined ? {} : { sort: order, descending: sort.startsWith('-') }),
  }
}
