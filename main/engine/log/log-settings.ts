/** What the settings say about the log: its level, the secrets to take out, and whether paths are hidden. */
import { type Settings, secretNames } from '../../../shared/settings.ts'
import type { AppLog } from './logger.ts'
import { compilePathObfuscation } from './obfuscate-paths.ts'
import { compileRedaction } from './redact.ts'

interface SettingsSource {
  settings(): Settings
  onChange(listener: () => void): () => void
}

/**
 * Configures the log now and on each change of settings, until ended. A secret that was exchanged stays redacted while
 * the program runs: a response or an error may still carry the old one. `salt` is a value that each installation has of
 * its own and keeps.
 */
export function configureBySettings(log: Pick<AppLog, 'configure'>, source: SettingsSource, salt: string): () => void {
  const secrets = new Set<string>()
  const hidePaths = compilePathObfuscation(salt)
  const configure = (): void => {
    const settings = source.settings()
    for (const name of secretNames) secrets.add(String(settings[name]))
    const redact = compileRedaction([...secrets])
    log.configure({
      debug: settings.debug_logging,
      redact: settings.obfuscate_paths ? (text) => hidePaths(redact(text)) : redact,
    })
  }
  configure()
  return source.onChange(configure)
}
