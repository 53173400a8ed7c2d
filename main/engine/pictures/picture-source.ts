/** Where pictures come from: what a server has under a name, or that it is still what is kept. */
import type { Result } from '../../../shared/result.ts'

export type Found =
  | { readonly status: 'unchanged' }
  | { readonly status: 'none' }
  | { readonly status: 'found'; readonly bytes: Buffer; readonly validator: string }

/** Requests at the same time to each server: pictures must leave room for the work. */
export const mostRequests = 4

export interface PictureSource<Name> {
  /** @param validator of the picture that is kept; '' if none is. */
  read(name: Name, validator: string, signal: AbortSignal): Promise<Result<Found>>
  close(): void
}
