import type { CallName, RequestOf, ResponseOf, Subscribe } from '../../shared/contract.ts'
import type { Result } from '../../shared/result.ts'

/** The state of the connection to the engine. `signed_out`: the browser has no session and needs the printed address. */
export type Connection = 'connecting' | 'online' | 'offline' | 'signed_out'

/** The only way from the window to the engine: over HTTP in a browser, over IPC in the desktop app. */
export interface Backend {
  /** Without a signal a call lasts as long as the window: what you asked for is done, whichever view is open then. */
  invoke<N extends CallName>(name: N, request: RequestOf<N>, signal?: AbortSignal): Promise<Result<ResponseOf<N>>>
  /** Events in the order they happened; the returned function ends it. After a gap an `overflow` of `*` is sent. */
  readonly subscribe: Subscribe
  /** Calls back immediately and on each change; the returned function ends it. */
  watchConnection(listener: (connection: Connection) => void): () => void
  /** Opens an http(s) address outside of the window; false if it may not be opened. */
  openExternal(url: string): Promise<boolean>
}

/** Sent by a backend itself after events may have been lost: read everything again. */
export const everything = '*'
