/** A remark in a column that held a sentence in earlier releases. */
import { englishRemark } from '../../../shared/remark-texts.ts'
import { type Remark, remarkSchema } from '../../../shared/remarks.ts'

export function storedRemark(remark: Remark): string {
  return JSON.stringify(remark)
}

/** Null for the sentence of an earlier release. */
export function remarkStored(column: string): Remark | null {
  if (!column.startsWith('{')) return null
  try {
    return remarkSchema.safeParse(JSON.parse(column)).data ?? null
  } catch {
    return null
  }
}

/** In English; the sentence of an earlier release as it is. */
export function sentenceOf(column: string): string {
  const remark = remarkStored(column)
  return remark === null ? column : englishRemark(remark)
}
