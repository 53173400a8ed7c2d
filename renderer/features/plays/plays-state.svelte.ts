import { type PlayRow, type PlayState, type PlaysStatus, type PullReport, playStates } from '../../../shared/plays.ts'
import type { Backend } from '../../backend/backend.ts'
import { PagedRows } from '../../state/paged-rows.svelte.ts'
import { Request } from '../../state/request.svelte.ts'

/** The state in the address; null for all. */
export function stateOf(address: string): PlayState | null {
  return playStates.find((state) => state === address) ?? null
}

/** What came back from Plex: the last pull, the plays, and the dry run that is being looked at. */
export class PlaysState {
  readonly status = new Request<PlaysStatus>()
  readonly rows = new PagedRows<PlayRow>()
  readonly preview = new Request<PullReport>()
  readonly #backend: Backend
  #shown: PlayState | null | undefined

  constructor(backend: Backend) {
    this.#backend = backend
  }

  read(): void {
    void this.status.run((signal) => this.#backend.invoke('getPlays', {}, signal))
  }

  show(state: PlayState | null): void {
    // The address also changes when a panel opens; that must not read the list again.
    if (state === this.#shown) return
    this.#shown = state
    void this.rows.query(({ offset, limit }, signal) =>
      this.#backend.invoke('listPlays', { offset, limit, ...(state === null ? {} : { state }) }, signal),
    )
  }

  /** Shows what a pull would bring; nothing is stored. */
  async look(): Promise<void> {
    await this.preview.run((signal) => this.#backend.invoke('pullPlays', { dry_run: true }, signal))
  }

  refresh(): void {
    this.read()
    void this.rows.refresh()
  }

  follow(): () => void {
    const end = this.#backend.subscribe((event) => {
      if (event.name === 'overflow') this.read()
      if (event.name !== 'plays') return
      this.status.accept(event.data)
      if (!event.data.pulling) void this.rows.refresh()
    })
    return () => {
      end()
      this.status.cancel()
      this.preview.cancel()
      this.rows.stop()
    }
  }
}
