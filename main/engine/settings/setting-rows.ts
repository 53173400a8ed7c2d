/** The settings as people see them: values in force with their source, secrets masked. Pure. */
import type { SettingRow } from '../../../shared/contract.ts'
import { definitionOf, type SettingName, type Settings, settingNames } from '../../../shared/settings.ts'
import { maskSecret } from './secret-mask.ts'
import type { SettingLayer } from './setting-layer.ts'
import { isSecret } from './stored-settings.ts'

/** The layers that a value may come from. */
export interface SettingSources {
  readonly argument: SettingLayer
  readonly environment: SettingLayer
  readonly library: SettingLayer
  readonly stored: SettingLayer
}

/** All settings in the order of the table. */
export function settingRows(settings: Settings, sources: SettingSources): SettingRow[] {
  return settingNames.map((name) => {
    const value = settings[name]
    const initial = definitionOf(name).default
    return {
      name,
      value: isSecret(name) ? maskSecret(String(value)) : value,
      default: initial,
      changed: value !== initial,
      source: sourceOf(name, sources),
    }
  })
}

function sourceOf(name: SettingName, sources: SettingSources): SettingRow['source'] {
  for (const source of ['argument', 'environment', 'library', 'stored'] as const)
    if (sources[source][name] !== undefined) return source
  return 'default'
}
