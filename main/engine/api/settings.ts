import { join } from 'node:path'
import * as z from 'zod'
import type { Handlers } from '../../../shared/contract.ts'
import { fail, ok, type Result } from '../../../shared/result.ts'
import { backupDatabase } from '../database/backup.ts'
import { bindToServer, indexOwner } from '../match/index-owner.ts'
import { compilePathRules } from '../match/path-rules.ts'
import { exportSettings, importSettings, type RememberedPicks } from '../settings/export.ts'
import { findStash2Plex, mapStash2PlexSettings } from '../settings/stash2plex.ts'
import type { Services } from './services.ts'

type Calls =
  | 'listSettings'
  | 'saveSettings'
  | 'resetSettings'
  | 'exportSettings'
  | 'importSettings'
  | 'importFromStash2Plex'
  | 'createBackup'
  | 'restoreBackup'

const pluginSettingsQuery = 'query PluginSettings { configuration { plugins } }'
const pluginSettingsSchema = z.object({ configuration: z.object({ plugins: z.record(z.string(), z.unknown()) }) })

export function settingsHandlers(
  services: Services,
  restore: (file: string) => Promise<Result<{ kept_aside: string }>>,
): Pick<Handlers, Calls> {
  const { settings, ports } = services
  const parts = { settings, picks: rememberedPicks(services) }
  const list = () => ok({ settings: settings.list() })
  return {
    listSettings: async () => list(),
    saveSettings: async ({ values }) => {
      const saved = settings.save(values)
      return saved.ok ? list() : saved
    },
    resetSettings: async ({ names }) => {
      const reset = settings.reset(names)
      return reset.ok ? list() : reset
    },
    exportSettings: async ({ passphrase }) => {
      const about = { appVersion: services.options.version, clock: ports.clock }
      return ok({ document: await exportSettings(parts, about, passphrase) })
    },
    importSettings: async ({ document, passphrase }) => {
      const imported = await importSettings(parts, document, passphrase)
      if (!imported.ok) return imported
      for (const sentence of imported.value.leftOut) ports.logger.log('warning', '', `Import: ${sentence}`)
      return list()
    },

    importFromStash2Plex: async ({ dry_run }, signal) => {
      const plugins = await services.stash.graphql(pluginSettingsQuery, {}, pluginSettingsSchema, signal)
      if (!plugins.ok) return plugins
      const theirs = findStash2Plex(plugins.value.configuration.plugins)
      if (theirs === null) return fail('unknown_name', 'Stash holds no settings of Stash2Plex')
      const { values, imported, not_imported } = mapStash2PlexSettings(theirs, compilePathRules)
      const saved = dry_run ? ok([]) : settings.save(values)
      return saved.ok ? ok({ imported, not_imported }) : saved
    },

    createBackup: async ({ file }, signal) => {
      const stamp = new Date(ports.clock.now()).toISOString().replace(/[:.]/g, '-')
      return backupDatabase(
        services.db,
        file ?? join(services.options.dataFolder, 'backups', `plexsync-${stamp}.db`),
        signal,
      )
    },
    restoreBackup: ({ file }) => restore(file),
  }
}

function rememberedPicks({ db, picks, index }: Services): RememberedPicks {
  return {
    server: () => indexOwner(db),
    bindTo: (server) => void bindToServer(db, server, index, picks),
    list: () => picks.list(),
    remember: (path, ratingKey) => picks.remember(path, ratingKey),
  }
}
