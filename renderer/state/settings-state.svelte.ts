import type { SettingRow } from '../../shared/contract.ts'
import type { Fault, Result } from '../../shared/result.ts'
import type { SettingName, SettingValue } from '../../shared/settings.ts'
import type { Backend } from '../backend/backend.ts'

/** The settings as the engine has them; secrets are masked there and never come here. */
export class SettingsState {
  #rows = $state.raw<readonly SettingRow[]>([])
  #fault = $state.raw<Fault | null>(null)
  #byName = $derived(new Map(this.#rows.map((row) => [row.name, row])))
  readonly #backend: Backend

  constructor(backend: Backend) {
    this.#backend = backend
  }

  get rows(): readonly SettingRow[] {
    return this.#rows
  }

  get loaded(): boolean {
    return this.#rows.length > 0
  }

  get fault(): Fault | null {
    return this.#fault
  }

  row(name: SettingName): SettingRow | undefined {
    return this.#byName.get(name)
  }

  /** A value as text; empty if it is not known yet. */
  text(name: SettingName): string {
    return String(this.#byName.get(name)?.value ?? '')
  }

  run(): () => void {
    return this.#backend.subscribe((event) => {
      if (event.name === 'settings') this.#rows = event.data.settings
      else if (event.name === 'overflow') void this.read()
    })
  }

  async read(): Promise<void> {
    await this.#take(this.#backend.invoke('listSettings', {}))
  }

  save(values: Readonly<Partial<Record<SettingName, SettingValue>>>): Promise<Result<unknown>> {
    return this.#keep(this.#backend.invoke('saveSettings', { values: { ...values } }))
  }

  reset(name: SettingName): Promise<Result<unknown>> {
    return this.#keep(this.#backend.invoke('resetSettings', { names: [name] }))
  }

  async #take(answer: Promise<Result<{ settings: SettingRow[] }>>): Promise<void> {
    const result = await this.#keep(answer)
    this.#fault = result.ok ? null : result.fault
  }

  async #keep(answer: Promise<Result<{ settings: SettingRow[] }>>): Promise<Result<unknown>> {
    const result = await answer
    if (result.ok) this.#rows = result.value.settings
    return result
  }
}
