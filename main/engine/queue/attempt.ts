/** A failed try of a job, as its row shows it. */
import { remarkOfFailure } from '../../../shared/remark-words.ts'
import type { Remark } from '../../../shared/remarks.ts'
import { remarkStored } from '../database/stored-remark.ts'

export interface AttemptRow {
  /** Epoch ms. */
  readonly at: number
  readonly code: string
  /** The failure, or the sentence that an earlier release stored. */
  readonly message: string
}

export function remarkOfAttempt({ code, message }: AttemptRow): Remark {
  return remarkStored(message) ?? remarkOfFailure(code, message)
}
