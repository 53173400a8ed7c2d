import type { ErrorCode } from './errors.ts'

/** What people read about an error code, in another language than that of shared/errors.ts. */
export interface ErrorText {
  readonly title: string
  readonly sentence: string
  readonly action: string
}
export type ErrorTexts = Readonly<Record<ErrorCode, ErrorText>>
