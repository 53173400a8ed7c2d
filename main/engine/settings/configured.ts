/** Whether enough is set that PlexSync can work. */
import type { Settings } from '../../../shared/settings.ts'
import { requiredSettings } from './consent.ts'

/** Addresses, token and key are there, so that work can begin. */
export function isConfigured(store: { settings(): Settings }): boolean {
  const values = store.settings()
  return requiredSettings.every((name) => values[name] !== '')
}
