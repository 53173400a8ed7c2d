/** Settings given from outside for this run: by environment variables, and by `--set` on the command line. Pure. */
import { ok, type Result } from '../../../shared/result.ts'
import { envNameOf, settingAliases, settingNames } from '../../../shared/settings.ts'
import { type CheckPathRules, type ParsedLayer, parseLayer, type SettingLayer, suggestion } from './setting-layer.ts'

interface EnvironmentVariable {
  readonly name: string
  readonly about: string
}

/** Variables that are no settings; docs/config.md lists them. */
export const otherVariables: readonly EnvironmentVariable[] = [
  { name: 'PLEXSYNC_DATA_DIR', about: 'Folder of database, log and secrets; the same as `--data-dir`.' },
  { name: 'PLEXSYNC_PLEX_TV_URL', about: 'Another plex.tv for the sign-in; for tests.' },
  { name: 'PLEXSYNC_BROWSER', about: 'The browser that the browser tests use.' },
]

interface EnvironmentReading {
  readonly layer: SettingLayer
  /** Variables that were replaced, or look like settings and are none; one sentence each. */
  readonly warnings: readonly string[]
}

/**
 * Reads the settings of an environment. An empty variable counts as not given: that is how compose files pass on what
 * is not set. Fault `invalid_input`, naming each setting and its variable:
 * `concurrency: must be a whole number from 1 to 16 (PLEXSYNC_CONCURRENCY)`.
 */
export function readEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  checkPathRules: CheckPathRules,
): Result<EnvironmentReading> {
  const given = variables
    .map(([name, variable]) => ({ name, shownAs: variable, raw: environment[variable] }))
    .filter(({ raw }) => raw !== undefined && raw.trim() !== '')
  const parsed = parseLayer(given, checkPathRules)
  if (!parsed.ok) return parsed
  const { layer, notices } = parsed.value
  return ok({ layer, warnings: [...notices, ...strangers(environment)] })
}

/** All names of settings, replaced ones too, with their variables. */
const variables = [
  ...settingNames.map((name) => [name, envNameOf(name)] as const),
  ...Object.keys(settingAliases).map((name) => [name, `PLEXSYNC_${name.toUpperCase()}`] as const),
]

function strangers(environment: Readonly<Record<string, string | undefined>>): string[] {
  const settingVariables = variables.map(([, variable]) => variable)
  const known = new Set([...settingVariables, ...otherVariables.map(({ name }) => name)])
  return Object.keys(environment)
    .filter((name) => name.startsWith('PLEXSYNC_') && !known.has(name))
    .sort()
    .map((name) => `${name} is not a variable of PlexSync and is ignored${suggestion(name, settingVariables)}`)
}

/** Reads `--set NAME=VALUE` pairs. Faults `unknown_name` and `invalid_input`, naming `--set NAME`. */
export function readArguments(
  values: Readonly<Record<string, string>>,
  checkPathRules: CheckPathRules,
): Result<ParsedLayer> {
  const given = Object.entries(values).map(([name, raw]) => ({ name, shownAs: `--set ${name}`, raw }))
  return parseLayer(given, checkPathRules)
}
