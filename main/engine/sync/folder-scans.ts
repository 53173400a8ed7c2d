/** Asks Plex to scan the folder where a file should be, once per folder in a while (setting trigger_plex_scan). */

import type { Settings } from '../../../shared/settings.ts'
import type { ExpectedFile } from '../match/file-match.ts'
import type { PlexClient } from '../plex/client.ts'
import type { Clock, Logger } from '../ports.ts'
import { workerLines } from './worker-log.ts'

const againAfterMs = 10 * 60_000
const mostRemembered = 5_000

export interface FolderScanDeps {
  readonly plex: Pick<PlexClient, 'scanFolder'>
  readonly settings: () => Pick<Settings, 'trigger_plex_scan'>
  readonly clock: Clock
  readonly logger: Logger
}

export class FolderScans {
  readonly #deps: FolderScanDeps
  readonly #askedAt = new Map<string, number>()

  constructor(deps: FolderScanDeps) {
    this.#deps = deps
  }

  /** Asks for scans where the setting wants them; does not wait for Plex. */
  request(expected: readonly ExpectedFile[], signal: AbortSignal): void {
    if (this.#deps.settings().trigger_plex_scan) void this.#request(expected, signal)
  }

  /** A scan that fails is only logged: the job that asked for it is retried anyway. */
  async #request(expected: readonly ExpectedFile[], signal: AbortSignal): Promise<void> {
    for (const { sectionId, folder } of expected) {
      const key = `${sectionId}:${folder}`
      const now = this.#deps.clock.now()
      const last = this.#askedAt.get(key)
      if (last !== undefined && now - last < againAfterMs && now >= last) continue
      if (this.#askedAt.size >= mostRemembered) this.#askedAt.clear()
      this.#askedAt.set(key, now)
      const asked = await this.#deps.plex.scanFolder(sectionId, folder, signal)
      if (asked.ok) this.#deps.logger.log(...workerLines.scanAsked({ folder }))
      else this.#deps.logger.log(...workerLines.scanRefused({ folder, problem: asked.fault.message }))
    }
  }
}
