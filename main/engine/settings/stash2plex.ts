/**
 * Settings of the plugin Stash2Plex (formerly named PlexSync), read out of Stash, as settings of ours. Pure. Keys and
 * meanings are those of its manifest and its configuration class, version 1.6.14; most names are the same.
 */
import { englishLeftOut, type LeftOut } from '../../../shared/left-out.ts'
import type { Result } from '../../../shared/result.ts'
import { isSettingName, type SettingName, type SettingValue, secretNames } from '../../../shared/settings.ts'
import { type CheckPathRules, checkSetting } from './setting-layer.ts'

/** Under these ids Stash keeps its settings, the present name first. */
const pluginIds = ['Stash2Plex', 'PlexSync']

interface NotImported {
  readonly from: string
  readonly reason: string
  readonly code?: LeftOut['code']
  readonly values?: LeftOut['values']
}

interface Stash2PlexImport {
  /** To be saved; secrets in the clear. */
  readonly values: Partial<Record<SettingName, SettingValue>>
  /** For people: secrets masked. */
  readonly imported: { name: SettingName; value: string; from: string }[]
  readonly not_imported: NotImported[]
}

/** Names that differ: theirs → ours. */
const renamed: Readonly<Record<string, SettingName>> = {
  plex_connect_timeout: 'connect_timeout',
  plex_read_timeout: 'read_timeout',
  plex_unmatched_path_map: 'path_map',
}

/** What has no counterpart, and why. */
const withoutCounterpart: Readonly<Record<string, LeftOut>> = {
  enabled: { code: 'stays_enabled', values: {} },
  sync_tagline: { code: 'no_tagline', values: {} },
  reconcile_batch_size: { code: 'pages_fixed', values: {} },
  stash_session_cookie: { code: 'session_expires', values: {} },
}

/**
 * Finds its settings in the response to `{ configuration { plugins } }`, a map of plugin id to settings. Null if Stash
 * has none. Another plugin was named PlexSync too (with keys such as plexHost): the keys show which one it is.
 */
export function findStash2Plex(plugins: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> | null {
  for (const id of pluginIds) {
    const found = plugins[id]
    if (isMap(found) && ('plex_url' in found || 'plex_token' in found)) return found
  }
  return null
}

export function mapStash2PlexSettings(
  theirs: Readonly<Record<string, unknown>>,
  checkPathRules: CheckPathRules,
): Stash2PlexImport {
  const values: Partial<Record<SettingName, SettingValue>> = {}
  const imported: Stash2PlexImport['imported'] = []
  const notImported: Stash2PlexImport['not_imported'] = []
  for (const [from, raw] of Object.entries(theirs)) {
    // Stash keeps an emptied field as an empty text: not set.
    if (raw === null || raw === undefined || raw === '') continue
    const name = renamed[from] ?? from
    const without = withoutCounterpart[from]
    if (without !== undefined) notImported.push(leftOut(from, without))
    else if (!isSettingName(name)) notImported.push(leftOut(from, { code: 'no_such_setting', values: {} }))
    else {
      const checked = checkTheirs(name, raw, checkPathRules)
      if (!checked.ok) {
        const { message, problem } = checked.fault
        notImported.push(
          problem === undefined
            ? { from, reason: message }
            : leftOut(from, { code: 'value_refused', values: { name, problem } }),
        )
      } else {
        values[name] = checked.value
        imported.push({ name, value: secretNames.includes(name) ? 'set' : String(checked.value), from })
      }
    }
  }
  return { values, imported, not_imported: notImported }
}

function leftOut(from: string, why: LeftOut): NotImported {
  return { from, reason: englishLeftOut(why), ...why }
}

function checkTheirs(name: SettingName, raw: unknown, checkPathRules: CheckPathRules): Result<SettingValue> {
  return checkSetting(name, name === 'path_map' ? turned(String(raw)) : raw, checkPathRules)
}

/** Its rules say `plex prefix => stash prefix`, ours the other way round. */
function turned(rules: string): string {
  return rules
    .split(';')
    .map((rule) =>
      rule
        .split('=>')
        .map((side) => side.trim())
        .reverse()
        .join(' => '),
    )
    .filter((rule) => rule !== '')
    .join('; ')
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
