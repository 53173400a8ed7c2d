import type { CallName, RequestOf, ResponseOf } from '../../shared/contract.ts'
import { fail, type Result, textOf } from '../../shared/result.ts'
import type { Backend } from './backend.ts'
import { eventNames, parseAnswer, parseEvent } from './schemas.ts'

/** What the preload of the desktop app puts on `window.plexsync`: three verbs, nothing of Electron. */
export interface PreloadBridge {
  /** Resolves with the `Result` of the call. */
  invoke(name: string, request: unknown): Promise<unknown>
  subscribe(listener: (event: { name: string; data: unknown }) => void): () => void
  /** Whether it was opened. */
  openExternal(url: string): Promise<boolean>
}

declare global {
  interface Window {
    readonly plexsync?: PreloadBridge
  }
}

/** The engine in the main process of the desktop app. It lives as long as the window, so it is always online. */
export function createIpcBackend(bridge: PreloadBridge): Backend {
  async function invoke<N extends CallName>(
    name: N,
    request: RequestOf<N>,
    signal?: AbortSignal,
  ): Promise<Result<ResponseOf<N>>> {
    try {
      const answer = await bridge.invoke(name, request)
      return signal?.aborted ? fail('cancelled', 'Stopped.') : parseAnswer(name, answer)
    } catch (thrown) {
      return fail('unexpected', textOf(thrown))
    }
  }

  return {
    invoke,
    subscribe: (listener) =>
      bridge.subscribe(({ name, data }) => {
        const known = eventNames.find((candidate) => candidate === name)
        const event = known && parseEvent(known, data)
        if (event) listener(event)
      }),
    watchConnection(listener) {
      listener('online')
      return () => undefined
    },
    openExternal: (url) => bridge.openExternal(url).catch(() => false),
  }
}
