/** What is said as a code with values, and the tables with the words for it. */
import * as z from 'zod'

export interface Coded {
  readonly code: string
  readonly values: object
}

/** The schema of one code. */
export function coded<C extends string, S extends z.ZodRawShape>(code: C, values: S) {
  return z.object({ code: z.literal(code), values: z.object(values) })
}

/** The words for each code of a union: one without words does not compile. */
export type WordsFor<T extends Coded, W = string> = {
  readonly [C in T['code']]: (values: Extract<T, { code: C }>['values']) => W
}

export function wordsFor<T extends Coded, W>({ code, values }: T, table: WordsFor<T, W>): W {
  // The pair is right by the type; the compiler does not follow an index over a union.
  const words = table[code as T['code']] as (values: T['values']) => W
  return words(values)
}
