/** Asks Plex to scan the folder where a file should be, once per folder in a while (setting trigger_plex_scan). */
import type { ExpectedFile } from '../match/file-match.ts'
import type { PlexClient } from '../plex/client.ts'
import type { Clock, Logger } from '../ports.ts'

const againAfterMs = 10 * 60_000
const mostRemembered = 5_000

export interface FolderScanParts {
  readonly plex: Pick<PlexClient, 'scanFolder'>
  readonly clock: Clock
  readonly logger: Logger
}

export class FolderScans {
  readonly #parts: FolderScanParts
  readonly #askedAt = new Map<string, number>()

  constructor(parts: FolderScanParts) {
    this.#parts = parts
  }

  /** A scan that fails is only logged: the job that asked for it is retried anyway. */
  async request(expected: readonly ExpectedFile[], signal: AbortSignal): Promise<void> {
    for (const { sectionId, folder } of expected) {
      const key = `${sectionId}:${folder}`
      const now = this.#parts.clock.now()
      const last = this.#askedAt.get(key)
      if (last !== undefined && now - last < againAfterMs && now >= last) continue
      if (this.#askedAt.size >= mostRemembered) this.#askedAt.clear()
      this.#askedAt.set(key, now)
      const asked = await this.#parts.plex.scanFolder(sectionId, folder, signal)
      if (asked.ok) this.#parts.logger.log('info', 'Plex', `Asked Plex to scan ${folder}`)
      else
        this.#parts.logger.log(
          'warning',
          'Plex',
          `Plex did not take the request to scan ${folder}: ${asked.fault.message}`,
        )
    }
  }
}
