import { decline } from '../../../shared/decline.ts'
import { ok, type Result } from '../../../shared/result.ts'
import { settingNames } from '../../../shared/settings.ts'
import { attempt } from '../database/storage-fault.ts'
import { readArguments, readEnvironment } from './environment.ts'
import { checkExclusions } from './exclusions.ts'
import { SettingsStore, type SettingsStoreOptions } from './settings-store.ts'

/**
 * Opens the settings. Faults `invalid_input` and `unknown_name` name the environment variable or argument that is
 * wrong. A stored value that is wrong (edited by hand, or of another version) is no fault: it is logged, and the
 * default counts.
 */
export function openSettings(options: SettingsStoreOptions): Result<SettingsStore> {
  const environment = readEnvironment(options.environment, options.checkPathRules)
  const argument = readArguments(options.arguments, options.checkPathRules)
  if (!environment.ok && !argument.ok) {
    const settings = [environment, argument].flatMap(({ fault: { because } }) =>
      because?.code === 'settings_refused' ? because.values.settings : [],
    )
    return decline(argument.fault.code, { code: 'settings_refused', values: { settings } })
  }
  if (!environment.ok) return environment
  if (!argument.ok) return argument
  const compatible = checkExclusions(argument.value.layer, new Set(settingNames))
  if (!compatible.ok) return compatible
  for (const warning of [...environment.value.warnings, ...argument.value.notices])
    options.logger.log('warning', '', warning)
  return attempt(null, () => ok(new SettingsStore(options, environment.value.layer, argument.value.layer)))
}
