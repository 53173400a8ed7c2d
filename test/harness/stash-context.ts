import type { StashState } from './stash-state.ts'

/** What resolvers get besides their arguments. */
export interface StashContext {
  stash: StashState
  /** Where the request was sent, for the addresses in answers. */
  base: string
}

/** Answers one field of the schema. */
export type Resolver = (source: never, args: Record<string, unknown>, context: StashContext) => unknown
