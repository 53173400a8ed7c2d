/** Whether PlexSync may work: set up, given consent, and not waiting for its secrets. */
import { moment } from '../../../shared/moment.ts'
import { installedAt } from '../database/installation.ts'
import type { Database } from '../database/open.ts'
import { isConfigured } from '../settings/configured.ts'
import type { Consent } from '../settings/consent.ts'
import type { SettingsStore } from '../settings/settings-store.ts'

export interface SetupStateDeps {
  readonly settings: SettingsStore
  readonly consent: Consent
  readonly db: Database
  /** Since when tokens and keys wait for their store to be unlocked, epoch ms; null while they can be read. */
  readonly lockedSince: () => number | null
}

export class SetupState {
  readonly #deps: SetupStateDeps

  constructor(deps: SetupStateDeps) {
    this.#deps = deps
  }

  get isFinished(): boolean {
    const { settings, consent, lockedSince } = this.#deps
    return consent.given && (isConfigured(settings) || lockedSince() !== null)
  }

  get isEnabled(): boolean {
    return this.#deps.settings.settings().enabled
  }

  /** ISO 8601. */
  get installedAt(): string {
    return moment(installedAt(this.#deps.db))
  }

  /** Since when something that is needed is locked, ISO 8601. Values from the environment need no keyring. */
  get lockedSince(): string | null {
    const { settings, lockedSince } = this.#deps
    return isConfigured(settings) ? null : moment(lockedSince())
  }
}
