import type { SettingRow } from '../../../shared/contract.ts'
import type { Fault, Result } from '../../../shared/result.ts'
import { librarySettingNames, type SettingName, type SettingValue } from '../../../shared/settings.ts'
import type { Backend } from '../../backend/backend.ts'

/** The settings of one Plex library: those that it may override, with the values in force there. */
export class LibrarySettings {
  #rows = $state.raw<readonly SettingRow[]>([])
  #fault = $state.raw<Fault | null>(null)
  readonly library: string
  readonly #backend: Backend

  constructor(backend: Backend, library: string) {
    this.#backend = backend
    this.library = library
  }

  get rows(): readonly SettingRow[] {
    return this.#rows
  }

  get fault(): Fault | null {
    return this.#fault
  }

  async read(): Promise<void> {
    const answer = await this.#take(this.#backend.invoke('listSettings', { library: this.library }))
    this.#fault = answer.ok ? null : answer.fault
  }

  save(values: Readonly<Partial<Record<SettingName, SettingValue>>>): Promise<Result<unknown>> {
    return this.#take(this.#backend.invoke('saveSettings', { values: { ...values }, library: this.library }))
  }

  reset(name: SettingName): Promise<Result<unknown>> {
    return this.#take(this.#backend.invoke('resetSettings', { names: [name], library: this.library }))
  }

  async #take(asked: Promise<Result<{ settings: SettingRow[] }>>): Promise<Result<unknown>> {
    const answer = await asked
    if (answer.ok)
      this.#rows = answer.value.settings
        .filter(({ name }) => librarySettingNames.some((one) => one === name))
        // What differs here is what the library overrides.
        .map((row) => ({ ...row, changed: row.source === 'library' }))
    return answer
  }
}
