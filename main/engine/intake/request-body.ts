/** Reads the body of a request into memory, up to a limit. */
import type { IncomingMessage } from 'node:http'

/**
 * The whole body; `too_large` as soon as it is known to pass `limit` bytes (what follows is thrown away unread);
 * `aborted` when the sender went away. How long it may take is the server's `requestTimeout`.
 */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer | 'too_large' | 'aborted'> {
  if (Number(request.headers['content-length'] ?? 0) > limit) return Promise.resolve('too_large')
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= limit) {
        chunks.push(chunk)
        return
      }
      chunks.length = 0
      resolve('too_large')
    })
    request.on('end', () => {
      const [first] = chunks
      resolve(chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks))
    })
    // Also emitted after an error; it is the last event, and comes too late after `end`.
    request.on('close', () => resolve('aborted'))
  })
}
