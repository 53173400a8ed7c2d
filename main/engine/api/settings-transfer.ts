/** Settings to and from a file, and those that Stash2Plex has in Stash. */

import * as z from 'zod'
import type { Handlers } from '../../../shared/contract.ts'
import { decline } from '../../../shared/decline.ts'
import { ok } from '../../../shared/result.ts'
import { compilePathRules } from '../match/path-rules.ts'
import type { Ports } from '../ports.ts'
import type { Consent } from '../settings/consent.ts'
import { type ExportDeps, exportSettings, importSettings, type RememberedPicks } from '../settings/export.ts'
import type { SettingsStore } from '../settings/settings-store.ts'
import { findStash2Plex, mapStash2PlexSettings } from '../settings/stash2plex.ts'
import type { StashClient } from '../stash/client.ts'
import { apiLines } from './api-log.ts'

export interface SettingsTransferDeps {
  readonly settings: SettingsStore
  readonly consent: Consent
  readonly picks: RememberedPicks
  readonly stash: Pick<StashClient, 'graphql'>
  readonly ports: Pick<Ports, 'clock' | 'logger'>
  /** Of PlexSync. */
  readonly version: string
}

const pluginSettingsQuery = 'query PluginSettings { configuration { plugins } }'
const pluginSettingsSchema = z.object({ configuration: z.object({ plugins: z.record(z.string(), z.unknown()) }) })

export function settingsTransferHandlers({
  settings,
  consent,
  picks,
  stash,
  ports,
  version,
}: SettingsTransferDeps): Pick<Handlers, 'exportSettings' | 'importSettings' | 'importFromStash2Plex'> {
  const parts = { settings, picks }
  return {
    exportSettings: async ({ passphrase }) => {
      const about = { appVersion: version, clock: ports.clock }
      return ok({ document: await exportSettings(parts, about, passphrase) })
    },
    importSettings: async ({ document, passphrase, by }) => {
      const store: ExportDeps['settings'] =
        by === 'window'
          ? exportable(settings)
          : {
              ...exportable(settings),
              save: (values, alongside) =>
                consent.asCommand((note) =>
                  settings.save(
                    values,
                    () => {
                      alongside?.()
                      note(Object.keys(values))
                    },
                    'import',
                  ),
                ),
            }
      const imported = await importSettings({ ...parts, settings: store }, document, passphrase)
      if (!imported.ok) return imported
      consent.review()
      for (const reason of imported.value.leftOut) ports.logger.log(...apiLines.leftOut({ reason }))
      return ok({ settings: settings.list() })
    },

    importFromStash2Plex: async ({ dry_run }, signal) => {
      const plugins = await stash.graphql(pluginSettingsQuery, {}, pluginSettingsSchema, signal)
      if (!plugins.ok) return plugins
      const theirs = findStash2Plex(plugins.value.configuration.plugins)
      if (theirs === null) return decline('unknown_name', { code: 'no_stash2plex', values: {} })
      const { values, imported, not_imported } = mapStash2PlexSettings(theirs, compilePathRules)
      const saved = dry_run ? ok([]) : settings.save(values)
      return saved.ok ? ok({ imported, not_imported }) : saved
    },
  }
}

/** The store's own methods, for a copy that saves differently. */
function exportable(settings: SettingsStore): ExportDeps['settings'] {
  return {
    stored: () => settings.stored(),
    storedSecrets: () => settings.storedSecrets(),
    save: (values, alongside) => settings.save(values, alongside, 'import'),
    libraryValues: () => settings.libraryValues(),
    knownLibraries: () => settings.knownLibraries(),
    server: () => settings.server(),
    preview: (values, ref) => settings.preview(values, ref),
    saveForLibrary: (ref, values) => settings.saveForLibrary(ref, values),
  }
}
