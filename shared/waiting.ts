/** What keeps changes from being written to Plex, as codes with values. The words are in summary-texts.ts. */
import * as z from 'zod'
import { serverNameSchema } from './domain.ts'
import { plainCauses, serverCauses } from './waiting-causes.ts'

/** In the order in which they count: the first that holds is the state. */
export const statusStates = ['stopped', 'setup', 'paused', 'waiting', 'needs_you', 'working', 'idle'] as const
export const statusStateSchema = z.enum(statusStates)
export type StatusState = z.infer<typeof statusStateSchema>

const common = {
  /** ISO 8601. */
  since: z.string(),
  /** One English sentence. */
  text: z.string(),
}

/** `kept` counts the changes that wait. What each code means is in waiting-causes.ts. */
export const waitingForSchema = z.discriminatedUnion('code', [
  z.object({ code: z.enum(plainCauses), values: z.object({ kept: z.number() }), ...common }),
  z.object({
    code: z.enum(serverCauses),
    values: z.object({ server: serverNameSchema, kept: z.number() }),
    ...common,
  }),
])
type WaitingFor = z.infer<typeof waitingForSchema>

/** As the engine finds it, before it is put into words. */
export type WaitingCause = WaitingFor extends infer W ? (W extends WaitingFor ? Omit<W, 'text'> : never) : never
