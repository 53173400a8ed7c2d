/** The poster worker: the process that decodes covers, so that a crash of the decoder ends nothing else. */
import { textOf } from '../../../shared/result.ts'
import { renderPoster } from './render.ts'
import { type PosterReply, posterOrderSchema } from './worker-messages.ts'

/** Electron's utility process has this in place of `process.send`. */
interface ParentPort {
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void
  postMessage(message: unknown): void
}

const parentPort: ParentPort | undefined = Reflect.get(process, 'parentPort')

async function take(message: unknown): Promise<void> {
  const order = posterOrderSchema.safeParse(message)
  if (order.success) reply(await replyTo(order.data))
}

async function replyTo({ id, bytes, recipe }: ReturnType<typeof posterOrderSchema.parse>): Promise<PosterReply> {
  try {
    await import('@napi-rs/canvas')
  } catch (problem) {
    return { id, problem: textOf(problem), isLoading: true }
  }
  try {
    return { id, bytes: await renderPoster(Buffer.from(bytes), recipe) }
  } catch (problem) {
    return { id, problem: textOf(problem), isLoading: false }
  }
}

function reply(message: PosterReply): void {
  if (parentPort === undefined) process.send?.(message)
  else parentPort.postMessage(message)
}

if (parentPort === undefined) process.on('message', (message) => void take(message))
else parentPort.on('message', ({ data }) => void take(data))
process.on('disconnect', () => process.exit(0))
