import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname } from 'node:path'
import { text } from 'node:stream/consumers'
import {
  type CallName,
  calls as contractCalls,
  type EngineEvent,
  type Handlers,
  isCallName,
} from '../../../shared/contract.ts'
import { fail } from '../../../shared/result.ts'
import type { WindowFiles } from './built-window.ts'
import { createFakeEngine, type FakeEngine, type World } from './fake-handlers.ts'
import { takeHost } from './fake-host.ts'
import { fakePicture, type PictureMaker, plainPictures } from './fake-pictures.ts'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

export interface FakeServer extends AsyncDisposable {
  readonly url: string
  readonly calls: FakeEngine['calls']
  /** The requests of one call, in their order. */
  called(name: CallName): unknown[]
  /** Paths of the pictures that were requested. */
  readonly pictures: readonly string[]
  readonly status: FakeEngine['status']
  emit(event: EngineEvent): void
  /** From now on every call is answered 401. */
  endSession(): void
  /** Cuts all connections and listens no more; `up` listens on the same port again. */
  down(): Promise<void>
  up(): Promise<void>
}

async function answer<N extends CallName>(handlers: Handlers, name: N, request: unknown): Promise<[number, unknown]> {
  const parsed = contractCalls[name].request.safeParse(request)
  if (!parsed.success) return [400, fail('invalid_input', `${name}: ${parsed.error.issues[0]?.message}`)]
  // The table guarantees that the schema of a name yields what the handler of that name takes.
  const handler = handlers[name] as (request: unknown, signal: AbortSignal) => Promise<unknown>
  return [200, await handler(parsed.data, new AbortController().signal)]
}

/** As `plexsync serve` does: the names of assets change with what is in them. */
function headersOf(path: string, cookie: string): Record<string, string> {
  if (path.startsWith('assets/')) return { 'cache-control': 'public, max-age=31536000, immutable' }
  return { 'cache-control': 'no-cache', 'set-cookie': `${cookie}; Path=/; HttpOnly; SameSite=Strict` }
}

/** Serves the built window and a fake engine: the same wire format as `plexsync serve`, with invented answers. */
export async function startFakeServer(
  files: WindowFiles,
  world: World,
  pictureMaker: PictureMaker = plainPictures,
): Promise<FakeServer> {
  const streams = new Set<ServerResponse>()
  const pictures: string[] = []
  const emit = ({ name, data }: EngineEvent) => {
    for (const stream of streams) stream.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`)
  }
  const engine = createFakeEngine(world, emit)
  let hasSession = true

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', 'http://window').pathname.slice(1) || 'index.html'
    if (path.startsWith('api/') && !host.isOwn(request)) {
      response.writeHead(410).end()
    } else if (path.startsWith('api/') && !hasSession) {
      response.writeHead(401, { 'content-type': 'application/json' }).end('{}')
    } else if (path === 'api/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
      response.write(': open\n\n')
      streams.add(response)
      response.on('close', () => streams.delete(response))
    } else if (path.startsWith('api/pictures/')) {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://window')
      pictures.push(`${pathname}${searchParams.size > 0 ? `?${searchParams}` : ''}`)
      const bytes = fakePicture(pathname, searchParams, pictureMaker)
      if (bytes === null) response.writeHead(204).end()
      else response.writeHead(200, { 'content-type': 'image/png', 'cache-control': 'no-cache' }).end(bytes)
    } else if (path.startsWith('api/')) {
      const name = path.slice('api/'.length)
      const body: unknown = JSON.parse((await text(request)) || '{}')
      engine.calls.push({ name, request: body })
      const [status, result] = isCallName(name) ? await answer(engine.handlers, name, body) : [404, {}]
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(result))
    } else {
      const file = files.get(path)
      const type = types[extname(path)] ?? 'application/octet-stream'
      if (file === undefined) response.writeHead(404).end()
      else response.writeHead(200, { 'content-type': type, ...headersOf(path, host.cookie) }).end(file)
    }
  }

  const host = await takeHost((request, response) => void serve(request, response))
  return {
    url: host.url,
    calls: engine.calls,
    called: (name) => engine.calls.filter((call) => call.name === name).map(({ request }) => request),
    pictures,
    status: engine.status,
    emit,
    endSession() {
      hasSession = false
      for (const stream of streams) stream.destroy()
    },
    down: () => host.down(),
    up: () => host.up(),
    async [Symbol.asyncDispose]() {
      for (const stream of streams) stream.destroy()
      host.leave()
    },
  }
}
