import type { SettingName, SettingValue } from '../../../shared/settings.ts'

/** Changes of what is written that are not saved yet: the preview shows them, and they are saved together. */
export class WrittenDraft {
  #values = $state.raw<Readonly<Partial<Record<SettingName, SettingValue>>>>({})

  /** Changes when values came from elsewhere than the controls, which show them then. */
  #filled = $state(0)

  get filled(): number {
    return this.#filled
  }

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

  /** Takes over many values, such as those of a preset. */
  fill(values: Readonly<Partial<Record<SettingName, SettingValue>>>): void {
    this.#values = { ...this.#values, ...values }
    this.#filled += 1
  }

  discard(): void {
    this.clear()
    this.#filled += 1
  }

  clear(): void {
    if (!this.isEmpty) this.#values = {}
  }
}
