/** What is known of the items in Plex: the index, unknown names of libraries, and what settings would still change. */
import type { Status } from '../../../shared/contract.ts'
import { moment } from '../../../shared/moment.ts'
import type { Library } from '../match/library.ts'
import type { PartIndex } from '../match/part-index.ts'
import type { SettingsStore } from '../settings/settings-store.ts'
import type { ItemsInSync } from '../sync/items-in-sync.ts'
import type { RulesHistory } from '../sync/rules-history.ts'

export interface LibraryStateDeps {
  readonly library: Pick<Library, 'unknownNames'>
  readonly index: PartIndex
  readonly settings: SettingsStore
  readonly rules: RulesHistory
  readonly inSync: ItemsInSync
}

export class LibraryState {
  readonly #deps: LibraryStateDeps

  constructor(deps: LibraryStateDeps) {
    this.#deps = deps
  }

  get unknownNames(): readonly string[] {
    return this.#deps.library.unknownNames
  }

  get index(): Status['index'] {
    const { index } = this.#deps
    const refreshedAt = index.sections().flatMap((section) => section.refreshedAt ?? [])
    return { items: index.count(), refreshed_at: moment(refreshedAt.length === 0 ? null : Math.max(...refreshedAt)) }
  }

  /** How many items were in sync under other settings than those in force now. */
  pendingRewrite(): number {
    const { settings, rules, inSync } = this.#deps
    return inSync.pendingRewrite([settings.settings(), ...settings.ofLibraries()].map((one) => rules.idOf(one)))
  }
}
