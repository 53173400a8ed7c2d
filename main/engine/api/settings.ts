import type { Handlers } from '../../../shared/contract.ts'
import { ok, type Result } from '../../../shared/result.ts'
import type { Consent } from '../settings/consent.ts'
import type { SettingsStore } from '../settings/settings-store.ts'
import type { LibraryNames } from './library-names.ts'

export interface SettingsHandlerDeps {
  readonly settings: SettingsStore
  readonly consent: Consent
  readonly libraries: LibraryNames
  /** What only a server can say about values, before they are saved. */
  readonly check: (values: Readonly<Record<string, unknown>>, signal: AbortSignal) => Promise<Result<void>>
}

export function settingsHandlers({
  settings,
  consent,
  libraries,
  check,
}: SettingsHandlerDeps): Pick<Handlers, 'listSettings' | 'saveSettings' | 'resetSettings'> {
  const list = () => ok({ settings: settings.list() })
  return {
    listSettings: async ({ library }, signal) => {
      if (library === undefined) return list()
      const ref = await libraries.find(library, signal)
      return ref.ok ? ok({ settings: settings.listForLibrary(ref.value) }) : ref
    },
    saveSettings: async ({ values, by, library }, signal) => {
      if (library !== undefined) {
        const ref = await libraries.findForSettings(library, Object.keys(values), signal)
        if (!ref.ok) return ref
        const saved = settings.saveForLibrary(ref.value, values)
        return saved.ok ? ok({ settings: saved.value }) : saved
      }
      const checked = await check(values, signal)
      if (!checked.ok) return checked
      const saved =
        by === 'window'
          ? settings.save(values)
          : consent.asCommand((note) => settings.save(values, () => note(Object.keys(values))))
      if (!saved.ok) return saved
      consent.review()
      return list()
    },
    resetSettings: async ({ names, library }, signal) => {
      if (library === undefined) {
        const reset = settings.reset(names)
        return reset.ok ? list() : reset
      }
      const ref = await libraries.findForSettings(library, names, signal)
      if (!ref.ok) return ref
      const reset = settings.resetForLibrary(ref.value, names)
      return reset.ok ? ok({ settings: reset.value }) : reset
    },
  }
}
