/** Answers and events cross a border: each passes its schema of the contract once, here. */
import './zod-without-eval.ts'
import * as z from 'zod'
import {
  type CallName,
  calls,
  type EngineEvent,
  type EventName,
  type EventOf,
  events,
  type ResponseOf,
} from '../../shared/contract.ts'
import { faultSchema } from '../../shared/fault-schema.ts'
import { fail, type Result } from '../../shared/result.ts'

const envelopeSchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({ ok: z.literal(false), fault: faultSchema }),
])

const answers: { readonly [N in CallName]: { readonly response: z.ZodType<ResponseOf<N>> } } = calls

type EventTable = { readonly [N in EventName]: { readonly name: N; readonly data: EventOf<N> } }
// Exhaustive by its type: an event of the contract that is missing here does not compile.
const eventSchemas: { readonly [N in EventName]: z.ZodType<EventTable[N]> } = {
  status: named('status', events.status),
  activity: named('activity', events.activity),
  log: named('log', events.log),
  reconcile: named('reconcile', events.reconcile),
  plays: named('plays', events.plays),
  task: named('task', events.task),
  deadLetters: named('deadLetters', events.deadLetters),
  settings: named('settings', events.settings),
  hook: named('hook', events.hook),
  overflow: named('overflow', events.overflow),
}

function named<N extends EventName, S extends z.ZodType>(name: N, data: S) {
  return z.object({ name: z.literal(name), data })
}

export const eventNames = Object.keys(events).filter((name): name is EventName => Object.hasOwn(events, name))

/** The `Result` inside `{"ok":…}`; `bad_answer` where the engine and the window are of different versions. */
export function parseAnswer<N extends CallName>(name: N, answer: unknown): Result<ResponseOf<N>> {
  const envelope = envelopeSchema.safeParse(answer)
  if (!envelope.success) return fail('bad_answer', `${name}: the answer has another shape. Reload the window.`)
  if (!envelope.data.ok) return { ok: false, fault: envelope.data.fault }
  const value = answers[name].response.safeParse(envelope.data.value)
  if (value.success) return { ok: true, value: value.data }
  const where = value.error.issues[0]?.path.join('.') ?? ''
  return fail('bad_answer', `${name}: the answer has another shape (${where}). Reload the window.`)
}

/** An event of the engine; null if its payload is not what the contract says. */
export function parseEvent(name: EventName, data: unknown): EngineEvent | null {
  const event = eventSchemas[name].safeParse({ name, data })
  return event.success ? event.data : null
}
