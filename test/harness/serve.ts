/**
 * Both simulated servers, filled with the sample library, in a separate process: for benches and the demo.
 * Options come as JSON in the first argument or in PLEXSYNC_SIMULATION. One line of JSON on stdout says where they
 * listen; the control address takes commands. Ends when stdin closes (unless `keep` is set) or on SIGTERM.
 */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type PlexServerOptions, startPlexServer } from './plex-server.ts'
import { type PlexTvOptions, startPlexTvServer } from './plex-tv-server.ts'
import { photograph } from './sample-check.ts'
import { fillServers, makeSampleLibrary, type SampleOptions } from './sample-library.ts'
import { type ServedWorld, serveCommands } from './serve-commands.ts'
import { type StashServerOptions, startStashServer } from './stash-server.ts'

export interface ServeOptions extends SampleOptions {
  plex?: PlexServerOptions
  stash?: StashServerOptions
  plexTv?: PlexTvOptions
  /** Requests that each server's log keeps; a bench wants few. */
  keepRequests?: number
  /** Added before every response, in ms. */
  latencyMs?: number
  /** Start empty instead of with the sample. */
  empty?: boolean
  /** Continues when stdin closes. */
  keep?: boolean
}

/** The line on stdout. */
export interface ServeReady {
  ready: true
  pid: number
  plexUrl: string
  plexToken: string
  stashUrl: string
  stashApiKey: string
  plexTvUrl: string
  plexAccountToken: string
  controlUrl: string
  /** For the path map setting. */
  pathMap: string
  scenes: number
  items: number
}

async function main(): Promise<void> {
  const options = JSON.parse(process.argv[2] ?? process.env.PLEXSYNC_SIMULATION ?? '{}') as ServeOptions
  const keep = options.keepRequests === undefined ? {} : { keepRequests: options.keepRequests }
  const plex = await startPlexServer({ ...keep, ...options.plex })
  const stash = await startStashServer({ ...keep, ...options.stash })
  const plexTv = await startPlexTvServer(options.plexTv)
  plexTv.addServer(plex)
  const sample = makeSampleLibrary(options.empty ? { scenes: 0 } : options)
  fillServers(sample, stash, plex)
  const world: ServedWorld = { plex, stash, plexTv, sample, before: photograph(sample, plex) }
  plex.faults.latencyMs = options.latencyMs ?? 0
  stash.faults.latencyMs = options.latencyMs ?? 0
  const control = createServer((request, response) => {
    void obey(world, request).then(({ status, body }) => {
      response.writeHead(status, { 'Content-Type': 'application/json' })
      response.end(body)
    })
  })
  await new Promise<void>((resolve) => control.listen(0, '127.0.0.1', resolve))
  const ready: ServeReady = {
    ready: true,
    pid: process.pid,
    plexUrl: plex.url,
    plexToken: plex.token,
    stashUrl: stash.url,
    stashApiKey: stash.apiKey,
    plexTvUrl: plexTv.url,
    plexAccountToken: plexTv.accountToken,
    controlUrl: `http://127.0.0.1:${(control.address() as AddressInfo).port}`,
    pathMap: sample.pathMap,
    scenes: stash.library.scenes.size,
    items: plex.library.items.size,
  }
  process.stdout.write(`${JSON.stringify(ready)}\n`)
  const end = () => process.exit(0)
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
  if (!options.keep) {
    process.stdin.on('end', end)
    process.stdin.on('error', end)
    process.stdin.resume()
  }
}

/** Carries out `POST {"command": …}`. */
async function obey(world: ServedWorld, request: IncomingMessage): Promise<{ status: number; body: string }> {
  try {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const { command, ...given } = JSON.parse(Buffer.concat(chunks).toString() || '{}') as Record<string, unknown>
    const run = serveCommands[String(command)]
    if (!run)
      return {
        status: 404,
        body: JSON.stringify({ error: `no command ${command}`, known: Object.keys(serveCommands) }),
      }
    return { status: 200, body: JSON.stringify((await run(world, given)) ?? null) }
  } catch (error) {
    return { status: 400, body: JSON.stringify({ error: error instanceof Error ? error.message : String(error) }) }
  }
}

if (import.meta.main) await main()
