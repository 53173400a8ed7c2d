/** Reads what the tray's menu shows beside the status, whenever the status says that it has changed. */
import type { Invoke, Status } from '../../shared/contract.ts'
import type { TrayDetails } from './tray-menu.ts'

export class TrayDetailsReader {
  readonly #invoke: Invoke
  readonly #show: (details: TrayDetails) => void
  readonly #signal: AbortSignal
  #read = ''
  #reading = false

  constructor(invoke: Invoke, show: (details: TrayDetails) => void, signal: AbortSignal) {
    this.#signal = signal
    this.#invoke = invoke
    this.#show = show
  }

  async follow({ last_synced_at, dead_letters, synced_scenes }: Status): Promise<void> {
    const wanted = JSON.stringify([last_synced_at, dead_letters, synced_scenes])
    if (this.#reading || wanted === this.#read) return
    this.#reading = true
    try {
      const [changes, letters] = await Promise.all([
        this.#invoke('listActivity', { state: ['synced'], limit: 3 }, this.#signal),
        dead_letters === 0 ? null : this.#invoke('listDeadLetterCauses', {}, this.#signal),
      ])
      this.#read = wanted
      this.#show({
        changes: changes.ok
          ? changes.value.rows.map(({ scene_id, title, finished_at, received_at }) => ({
              sceneId: scene_id,
              title,
              at: finished_at ?? received_at,
            }))
          : [],
        causes: letters?.ok === true ? letters.value.causes : [],
      })
    } finally {
      this.#reading = false
    }
  }
}
