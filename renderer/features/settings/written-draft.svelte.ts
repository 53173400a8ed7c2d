import type { SettingName, SettingValue } from '../../../shared/settings.ts'

/** What is typed into the settings of what is written and not saved yet; the preview shows it. */
export class WrittenDraft {
  #values = $state.raw<Readonly<Partial<Record<SettingName, SettingValue>>>>({})

  get values(): Readonly<Partial<Record<SettingName, SettingValue>>> {
    return this.#values
  }

  get isEmpty(): boolean {
    return Object.keys(this.#values).length === 0
  }

  set(name: SettingName, value: SettingValue): void {
    if (this.#values[name] !== value) this.#values = { ...this.#values, [name]: value }
  }

  drop(name: SettingName): void {
    if (!(name in this.#values)) return
    const { [name]: _dropped, ...rest } = this.#values
    this.#values = rest
  }

  clear(): void {
    this.#values = {}
  }
}
