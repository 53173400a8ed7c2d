/** What the poster worker is asked, and what it answers. */
import * as z from 'zod'

export const posterOrderSchema = z.object({
  id: z.number(),
  bytes: z.instanceof(Uint8Array),
  recipe: z.object({ style: z.enum(['fill', 'bars', 'crop']), anchor: z.enum(['left', 'centre', 'right']) }),
})

export const posterReplySchema = z.union([
  z.object({ id: z.number(), bytes: z.instanceof(Uint8Array) }),
  z.object({ id: z.number(), problem: z.string(), isLoading: z.boolean() }),
])
export type PosterReply =
  | { readonly id: number; readonly bytes: Uint8Array }
  | { readonly id: number; readonly problem: string; readonly isLoading: boolean }
