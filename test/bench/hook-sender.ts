/**
 * Sends signed hooks as fast as they are answered, over that many connections at the same time. Runs as a child process,
 * so that it takes no time from the listener that is measured: `hook-sender.ts '<JSON of SenderOrder>'`, which prints
 * one line of JSON (SenderReport).
 */
import { connect } from 'node:net'
import * as z from 'zod'
import { sign, signingKey } from '../../main/engine/intake/signature.ts'

export const senderOrderSchema = z.object({
  port: z.number(),
  token: z.string(),
  requests: z.number().max(200_000),
  connections: z.number(),
  /** Begins each webhook id: no delivery may come twice. */
  round: z.string(),
  /** Which scenes change: one after the other, as in a bulk edit or a scan, or all over the library. */
  scenes: z.enum(['ascending', 'scattered']),
})
export type SenderOrder = z.infer<typeof senderOrderSchema>

export const senderReportSchema = z.object({
  perSecond: z.number(),
  /** Milliseconds from sending to the whole response. */
  p50: z.number(),
  p99: z.number(),
  /** Answers other than 202. */
  failed: z.number(),
})
export type SenderReport = z.infer<typeof senderReportSchema>

const librarySize = 40_000
/** Prime to the size, so that each scene comes once before any comes again. */
const scatter = 7919

/** Signed beforehand: what is measured is the listener. */
function makeRequests({ port, token, requests, round, scenes }: SenderOrder): Buffer[] {
  const key = signingKey(token)
  if (key === null) throw new Error('the token holds no key')
  const timestamp = String(Math.floor(Date.now() / 1000))
  return Array.from({ length: requests }, (_, n) => {
    const id = `msg_${round}_${String(n).padStart(8, '0')}`
    const scene = ((scenes === 'scattered' ? n * scatter : n) % librarySize) + 1
    const body = JSON.stringify({ type: 'Scene.Update.Post', id: scene, inputFields: ['title', 'tag_ids'] })
    const head = [
      'POST /hooks/stash HTTP/1.1',
      `Host: 127.0.0.1:${port}`,
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
      `webhook-id: ${id}`,
      `webhook-timestamp: ${timestamp}`,
      `webhook-signature: ${sign(key, id, timestamp, body)}`,
    ]
    return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`)
  })
}

/** Length of the first response in `text`, or 0 while it is not complete. */
function answerLength(text: string): number {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return 0
  const length = end + 4 + Number(/content-length: (\d+)/i.exec(text.slice(0, end))?.[1] ?? 0)
  return text.length < length ? 0 : length
}

async function send(order: SenderOrder): Promise<SenderReport> {
  const requests = makeRequests(order)
  const latencies = new Float64Array(requests.length)
  let next = 0
  let answered = 0
  let failed = 0

  function drive(): Promise<void> {
    return new Promise((resolve, reject) => {
      let sentAt = 0
      let received = ''
      const socket = connect({ port: order.port, host: '127.0.0.1', noDelay: true })
      const sendNext = () => {
        const request = requests[next++]
        if (request === undefined) {
          socket.end()
          return
        }
        sentAt = performance.now()
        socket.write(request)
      }
      socket.setEncoding('latin1')
      socket.once('connect', sendNext)
      socket.on('data', (chunk: string) => {
        received += chunk
        const length = answerLength(received)
        if (length === 0) return
        latencies[answered++] = performance.now() - sentAt
        if (!received.startsWith('HTTP/1.1 202 ')) failed++
        received = received.slice(length)
        sendNext()
      })
      socket.once('close', () => resolve())
      socket.once('error', reject)
    })
  }

  const startedAt = performance.now()
  await Promise.all(Array.from({ length: order.connections }, drive))
  const seconds = (performance.now() - startedAt) / 1000
  if (answered !== requests.length) throw new Error(`${requests.length - answered} requests were not answered`)
  latencies.sort()
  const percentile = (share: number) => latencies[Math.min(answered - 1, Math.floor(answered * share))] ?? 0
  return { perSecond: answered / seconds, p50: percentile(0.5), p99: percentile(0.99), failed }
}

const [order] = process.argv.slice(2)
if (import.meta.main && order !== undefined) {
  const report = await send(senderOrderSchema.parse(JSON.parse(order)))
  process.stdout.write(`${JSON.stringify(report)}\n`)
}
