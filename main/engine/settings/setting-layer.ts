/** One layer of settings: values that were given somewhere, parsed. Pure. */

import { decline } from '../../../shared/decline.ts'
import type { ErrorCode } from '../../../shared/errors.ts'
import type { RefusedSetting } from '../../../shared/request-problems.ts'
import { type Fault, ok, type Result } from '../../../shared/result.ts'
import {
  isSettingAlias,
  isSettingName,
  parseAlias,
  parseSetting,
  type SettingName,
  type Settings,
  type SettingValue,
  settingAliases,
  settingNames,
} from '../../../shared/settings.ts'
import { nearestName } from './nearest-name.ts'

export type SettingLayer = Partial<Settings>

/** Checks the text of `path_map`; the message of its fault begins with `path_map: `. */
export type CheckPathRules = (text: string) => Result<unknown>

/** `parseSetting`, and the path rules compiled too. Fault `invalid_input`: `name: problem and allowed range`. */
export function checkSetting(name: SettingName, raw: unknown, checkPathRules: CheckPathRules): Result<SettingValue> {
  const parsed = parseSetting(name, raw)
  if (!parsed.ok || name !== 'path_map') return parsed
  const rules = checkPathRules(String(parsed.value))
  return rules.ok ? parsed : rules
}

/** A value and the name under which the user gave it, for messages: `PLEX_URL`, `--set plex_url`. */
interface GivenValue {
  readonly name: string
  readonly shownAs: string
  readonly raw: unknown
}

/** Values and, for each name that was replaced, which one succeeds it. */
export interface ParsedLayer {
  readonly layer: SettingLayer
  /** One sentence each. */
  readonly notices: readonly string[]
}

/**
 * Parses all values or none. A replaced name gives the value of its successor, unless that is given too. Faults name
 * all problems: `unknown_name` if a name is unknown, else `invalid_input`.
 */
export function parseLayer(given: readonly GivenValue[], checkPathRules: CheckPathRules): Result<ParsedLayer> {
  const layer = new Map<SettingName, SettingValue>()
  const settings: RefusedSetting[] = []
  const notices: string[] = []
  let code: ErrorCode = 'invalid_input'
  const names = new Set(given.map(({ name }) => name))
  const refused = (name: string, shownAs: string, { problem, message }: Fault): void => {
    const given = shownAs === name ? null : shownAs
    if (problem === undefined) throw new Error(`a value was refused without a code: ${message}`)
    settings.push({ because: 'value', name, given, problem })
  }
  for (const { name, shownAs, raw } of given) {
    if (isSettingAlias(name)) {
      const { successor } = settingAliases[name]
      const value = parseAlias(name, raw)
      if (!value.ok) refused(name, shownAs, value.fault)
      else if (!names.has(successor)) layer.set(successor, value.value)
      notices.push(`${shownAs} was replaced by ${successor}${names.has(successor) ? ', which is used' : ''}`)
    } else if (isSettingName(name)) {
      const checked = checkSetting(name, raw, checkPathRules)
      if (checked.ok) layer.set(name, checked.value)
      else refused(name, shownAs, checked.fault)
    } else {
      code = 'unknown_name'
      settings.push(unknownSetting(name, shownAs))
    }
  }
  return settings.length === 0
    ? ok({ layer: layerFrom(layer), notices })
    : decline(code, { code: 'settings_refused', values: { settings } })
}

/** Of checked values only: that each has the type which the table gives its name is what the check made sure of. */
export function layerFrom(checked: Iterable<readonly [SettingName, SettingValue]>): SettingLayer {
  return Object.fromEntries(checked) as SettingLayer
}

export function valuesOf(layer: SettingLayer): [SettingName, SettingValue][] {
  return settingNames.flatMap((name) => {
    const value = layer[name]
    return value === undefined ? [] : [[name, value]]
  })
}

/** `plex_urll: there is no such setting; did you mean plex_url?` */
export function unknownSetting(name: string, shownAs: string): RefusedSetting {
  return { because: 'unknown', name: shownAs, nearest: nearestName(name, settingNames) }
}

/** `; did you mean plex_url?`, or nothing where no candidate is near. */
export function suggestion(name: string, candidates: readonly string[]): string {
  const nearest = nearestName(name, candidates)
  return nearest === null ? '' : `; did you mean ${nearest}?`
}

/** The name that replaced a setting; the name itself where it was not replaced. */
export function successorOf(name: string): string {
  return isSettingAlias(name) ? settingAliases[name].successor : name
}
