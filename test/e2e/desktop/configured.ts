/** A desktop app between the two simulated servers, fully set up. */
import { readFile } from 'node:fs/promises'
import * as z from 'zod'
import { type CallName, calls, type RequestOf, type ResponseOf } from '../../../shared/contract.ts'
import { startPlexServer } from '../../harness/plex-server.ts'
import { fillServers, makeSampleLibrary, type SampleLibrary } from '../../harness/sample-library.ts'
import { startStashServer } from '../../harness/stash-server.ts'
import { type DesktopOptions, type DesktopProcess, startDesktop } from './desktop-process.ts'

export const hookToken = 'hook-token-of-this-test'

export interface Configured extends AsyncDisposable {
  readonly desktop: DesktopProcess
  readonly plex: Awaited<ReturnType<typeof startPlexServer>>
  readonly stash: Awaited<ReturnType<typeof startStashServer>>
  readonly sample: SampleLibrary
  /** A hook of the companion plugin, over HTTP. Resolves with the status of the response. */
  sendHook(sceneId: number): Promise<number>
}

export async function startConfigured(options: DesktopOptions = {}): Promise<Configured> {
  const plex = await startPlexServer()
  const stash = await startStashServer()
  const sample = makeSampleLibrary({ scenes: 8, awkward: 0 })
  fillServers(sample, stash, plex)
  const desktop = await startDesktop({
    hasDatabase: true,
    ...options,
    environment: {
      PLEX_URL: plex.url,
      PLEX_TOKEN: plex.token,
      STASH_URL: stash.url,
      STASH_API_KEY: stash.apiKey,
      PLEXSYNC_PATH_MAP: sample.pathMap,
      PLEXSYNC_HOOK_TOKEN: hookToken,
      PLEXSYNC_QUIET_TIME: '0',
      ...options.environment,
    },
  })
  return {
    desktop,
    plex,
    stash,
    sample,
    async sendHook(sceneId) {
      const { webhook_url } = await call(desktop, 'getStatus', {})
      const response = await fetch(webhook_url ?? '', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${hookToken}` },
        body: JSON.stringify({ type: 'Scene.Update.Post', id: sceneId, inputFields: ['title'] }),
      })
      return response.status
    },
    async [Symbol.asyncDispose]() {
      await desktop[Symbol.asyncDispose]()
      await stash.close()
      await plex.close()
    },
  }
}

/** A call of the contract, the way the command line reaches a running app. */
export async function call<N extends CallName>(
  desktop: DesktopProcess,
  name: N,
  request: RequestOf<N>,
): Promise<ResponseOf<N>> {
  const { apiUrl, apiKey } = await announced(desktop)
  const answer = await fetch(`${apiUrl}/api/${name}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${apiKey}` },
    body: JSON.stringify(request),
  })
  const { value } = z.object({ ok: z.literal(true), value: z.unknown() }).parse(await answer.json())
  // The schema is the call's own; the compiler does not follow the index.
  return calls[name].response.parse(value) as ResponseOf<N>
}

const holderSchema = z.object({ apiUrl: z.string(), apiKey: z.string() })

async function announced(desktop: DesktopProcess): Promise<z.infer<typeof holderSchema>> {
  await desktop.until((running) => running, 'announced')
  return holderSchema.parse(JSON.parse(await readFile(desktop.folder.file('data', 'instance.json'), 'utf8')))
}
