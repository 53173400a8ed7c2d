/** The built app on the real runtime, between the simulated servers where that is asked for. */
import { readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { _electron, type ElectronApplication, type Page } from 'playwright-core'
import { expect } from 'vitest'
import * as z from 'zod'
import { type CallName, calls, type RequestOf, type ResponseOf } from '../../../../shared/contract.ts'
import { startPlexServer } from '../../../harness/plex-server.ts'
import { fillServers, makeSampleLibrary, type SampleLibrary } from '../../../harness/sample-library.ts'
import { startStashServer } from '../../../harness/stash-server.ts'
import { makeTempFolder, type TempFolder } from '../../../harness/temp-folder.ts'
import { root, runtime } from './runtime.ts'
import { clickTray, type TrayItem, trayOf } from './session-bus.ts'

/** Other programs run beside this one. */
export const patient = { timeout: 30_000, interval: 100 }
const hookToken = 'hook-token-of-this-test'

export interface RealOptions {
  readonly arguments?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  /** The data folder of an earlier run; the caller removes it. */
  readonly folder?: TempFolder
}

const holderSchema = z.object({ apiUrl: z.string(), apiKey: z.string() })

export class RealApp implements AsyncDisposable {
  readonly folder: TempFolder
  readonly electron: ElectronApplication
  readonly #ownsFolder: boolean

  private constructor(folder: TempFolder, electron: ElectronApplication, ownsFolder: boolean) {
    this.folder = folder
    this.electron = electron
    this.#ownsFolder = ownsFolder
  }

  static async start(options: RealOptions = {}): Promise<RealApp> {
    const folder = options.folder ?? (await makeTempFolder('plexsync-electron-'))
    const environment = { ...process.env, PLEXSYNC_WEBHOOK_PORT: '0', LANGUAGE: 'en', ...options.environment }
    const electron = await _electron.launch({
      executablePath: runtime,
      args: [...(options.arguments ?? []), root, `--data-dir=${folder.file('data')}`],
      env: Object.fromEntries(Object.entries(environment).filter((pair): pair is [string, string] => !!pair[1])),
    })
    return new RealApp(folder, electron, options.folder === undefined)
  }

  get pid(): number {
    return this.electron.process().pid ?? 0
  }

  /** The window, once its page is there. It opens automatically where the setup is not finished. */
  async window(): Promise<Page> {
    const page = this.electron.windows().find((one) => one.url().startsWith('plexsync://app/'))
    const shown = page ?? (await this.electron.firstWindow())
    await shown.locator('h1').first().waitFor()
    return shown
  }

  /** Of each window of the app, in the order of their making. */
  windows(): Promise<{ url: string; visible: boolean; minimized: boolean }[]> {
    return this.electron.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows().map((window) => ({
        url: window.webContents.getURL(),
        visible: window.isVisible(),
        minimized: window.isMinimized(),
      })),
    )
  }

  /** What a notice such as `crash` says, once it is shown and painted. Its pages run no scripts, so it is read from outside. */
  async notice(name: string): Promise<string> {
    const url = `plexsync://notice/${name}`
    const colours = () =>
      this.electron.evaluate(async ({ BrowserWindow }, shown) => {
        const window = BrowserWindow.getAllWindows().find(
          (one) => one.isVisible() && one.webContents.getURL() === shown,
        )
        if (window === undefined || window.webContents.isLoading()) return 0
        const bitmap = (await window.webContents.capturePage()).toBitmap()
        return new Set(new Uint32Array(bitmap.buffer, bitmap.byteOffset, bitmap.length / 4)).size
      }, url)
    await expect.poll(colours, patient).toBeGreaterThan(2)
    return this.electron.evaluate(async ({ net }, shown) => (await net.fetch(shown)).text(), url)
  }

  /** A call of the contract, the way the command line reaches a running app. */
  async call<N extends CallName>(name: N, request: RequestOf<N>): Promise<ResponseOf<N>> {
    const { apiUrl, apiKey } = await this.#holder()
    const answer = await fetch(`${apiUrl}/api/${name}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${apiKey}` },
      body: JSON.stringify(request),
    })
    const { value } = z.object({ ok: z.literal(true), value: z.unknown() }).parse(await answer.json())
    // The schema is the call's own; the compiler does not follow the index.
    return calls[name].response.parse(value) as ResponseOf<N>
  }

  /**
   * Waits until the tray item is as wanted, twice in a row and the same: icon and menu are read one after the other, and the
   * app may change both in between.
   */
  async tray(isRight: (item: TrayItem) => boolean): Promise<TrayItem> {
    let seen: TrayItem | null = null
    await expect
      .poll(async () => {
        const before = seen
        seen = await trayOf(this.pid)
        return seen !== null && isRight(seen) && isDeepStrictEqual(before, seen)
      }, patient)
      .toBe(true)
    if (seen === null) throw new Error('there is no tray item')
    return seen
  }

  async click(label: string): Promise<void> {
    await expect.poll(() => clickTray(this.pid, label), patient).toBe(true)
  }

  /** A hook of Stash. Resolves with the status of the response. */
  async hook(sceneId: number): Promise<number> {
    const { webhook_url } = await this.call('getStatus', {})
    const answer = await fetch(webhook_url ?? '', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${hookToken}` },
      body: JSON.stringify({ type: 'Scene.Update.Post', id: sceneId, inputFields: ['title'] }),
    })
    return answer.status
  }

  async #holder(): Promise<z.infer<typeof holderSchema>> {
    const read = (): unknown => {
      try {
        return JSON.parse(readFileSync(this.folder.file('data', 'instance.json'), 'utf8'))
      } catch {
        return null // Not announced yet.
      }
    }
    await expect.poll(() => holderSchema.safeParse(read()).success, patient).toBe(true)
    return holderSchema.parse(read())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.electron.close().catch(() => null)
    if (this.#ownsFolder) await this.folder.close()
  }
}

export interface Household extends AsyncDisposable {
  readonly plex: Awaited<ReturnType<typeof startPlexServer>>
  readonly stash: Awaited<ReturnType<typeof startStashServer>>
  readonly sample: SampleLibrary
  /** What points an app at both servers. */
  readonly environment: Readonly<Record<string, string>>
}

export async function startHousehold(): Promise<Household> {
  const plex = await startPlexServer()
  const stash = await startStashServer()
  const sample = makeSampleLibrary({ scenes: 8, awkward: 0 })
  fillServers(sample, stash, plex)
  return {
    plex,
    stash,
    sample,
    environment: {
      PLEX_URL: plex.url,
      PLEX_TOKEN: plex.token,
      STASH_URL: stash.url,
      STASH_API_KEY: stash.apiKey,
      PLEXSYNC_PATH_MAP: sample.pathMap,
      PLEXSYNC_HOOK_TOKEN: hookToken,
      PLEXSYNC_QUIET_TIME: '0',
    },
    async [Symbol.asyncDispose]() {
      await stash.close()
      await plex.close()
    },
  }
}
