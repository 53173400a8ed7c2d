/** Everything German in one chunk that is loaded only if German is wanted. */

import { germanErrors } from '../../shared/errors.de.ts'
import { isSettingName, type SettingName } from '../../shared/settings.ts'
import { de } from './messages.de.ts'
import type { SettingText } from './setting-texts.ts'
import { germanSettings } from './settings.de.ts'

function textsByName(): ReadonlyMap<SettingName, SettingText> {
  return new Map(
    Object.entries(germanSettings).flatMap(([name, text]): [SettingName, SettingText][] =>
      isSettingName(name) ? [[name, text]] : [],
    ),
  )
}

export const german = { name: 'de', messages: de, errors: germanErrors, settings: textsByName() } as const
