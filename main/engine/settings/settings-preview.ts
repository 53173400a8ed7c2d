/** The settings as they would be if some values were saved. */
import type { Settings } from '../../../shared/settings.ts'
import { keyOf, type LibraryRef } from './library-settings.ts'
import type { SettingLayer } from './setting-layer.ts'

export interface SettingsPreview {
  readonly settings: Settings
  forLibrary(library: string | null): Settings
}

export interface PreviewInput {
  readonly given: SettingLayer
  /** The library they are meant for; null for all. */
  readonly ref: LibraryRef | null
  /** machineIdentifier of the Plex server in use; null while none has answered yet. */
  readonly server: string | null
}

/** The settings as they are. */
export interface SettingsInForce {
  settings(): Settings
  ofLibrary(ref: LibraryRef): Settings
  /** What is overridden for a library. */
  overrides(ref: LibraryRef): SettingLayer
  /** All layers merged, with one of a library, and with values in place of stored ones. */
  merge(library: SettingLayer, stored: SettingLayer): Settings
}

export function previewOf({ given, ref, server }: PreviewInput, inForce: SettingsInForce): SettingsPreview {
  const refOf = (library: string | null): LibraryRef | null =>
    server === null || library === null ? null : { server, library }
  return {
    settings: ref === null ? inForce.merge({}, given) : inForce.settings(),
    forLibrary(library) {
      const one = refOf(library)
      const overrides = one === null ? {} : inForce.overrides(one)
      if (ref === null) return inForce.merge(overrides, given)
      if (one === null) return inForce.settings()
      return keyOf(one) === keyOf(ref) ? inForce.merge({ ...overrides, ...given }, {}) : inForce.ofLibrary(one)
    },
  }
}
