import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import type { Handlers } from '../../../shared/contract.ts'
import { fail, ok, type Result } from '../../../shared/result.ts'
import { backupDatabase } from '../database/backup.ts'
import { attempt } from '../database/storage-fault.ts'
import { bindToServer, indexOwnerOf } from '../match/index-owner.ts'
import { compilePathRules } from '../match/path-rules.ts'
import type { Services } from '../services.ts'
import { type ExportDeps, exportSettings, importSettings, type RememberedPicks } from '../settings/export.ts'
import type { SettingsStore } from '../settings/settings-store.ts'
import { findStash2Plex, mapStash2PlexSettings } from '../settings/stash2plex.ts'
import { libraryForSettings, libraryNamed } from './library-named.ts'

type Calls =
  | 'listSettings'
  | 'saveSettings'
  | 'resetSettings'
  | 'exportSettings'
  | 'importSettings'
  | 'importFromStash2Plex'
  | 'createBackup'
  | 'restoreBackup'
  | 'clearPictures'

const pluginSettingsQuery = 'query PluginSettings { configuration { plugins } }'
const pluginSettingsSchema = z.object({ configuration: z.object({ plugins: z.record(z.string(), z.unknown()) }) })

export function settingsHandlers(
  services: Services,
  restore: (file: string) => Promise<Result<{ kept_aside: string }>>,
  /** What only a server can tell about values, before they are saved. */
  check: (values: Readonly<Record<string, unknown>>, signal: AbortSignal) => Promise<Result<void>>,
): Pick<Handlers, Calls> {
  const { settings, consent, ports } = services
  const parts = { settings, picks: rememberedPicks(services) }
  const list = () => ok({ settings: settings.list() })
  return {
    listSettings: async ({ library }, signal) => {
      if (library === undefined) return list()
      const ref = await libraryNamed(services, library, signal)
      return ref.ok ? ok({ settings: settings.listForLibrary(ref.value) }) : ref
    },
    saveSettings: async ({ values, by, library }, signal) => {
      if (library !== undefined) {
        const ref = await libraryForSettings(services, library, Object.keys(values), signal)
        if (!ref.ok) return ref
        const saved = settings.saveForLibrary(ref.value, values)
        return saved.ok ? ok({ settings: saved.value }) : saved
      }
      const checked = await check(values, signal)
      if (!checked.ok) return checked
      const saved =
        by === 'window'
          ? settings.save(values)
          : consent.asCommand((note) => settings.save(values, () => note(Object.keys(values))))
      if (!saved.ok) return saved
      consent.review()
      return list()
    },
    resetSettings: async ({ names, library }, signal) => {
      if (library === undefined) {
        const reset = settings.reset(names)
        return reset.ok ? list() : reset
      }
      const ref = await libraryForSettings(services, library, names, signal)
      if (!ref.ok) return ref
      const reset = settings.resetForLibrary(ref.value, names)
      return reset.ok ? ok({ settings: reset.value }) : reset
    },
    exportSettings: async ({ passphrase }) => {
      const about = { appVersion: services.options.version, clock: ports.clock }
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
      if (file !== undefined) return backupDatabase(services.db, file, signal)
      const folder = join(services.options.dataFolder, 'backups')
      const made = attempt(folder, () => ok(mkdirSync(folder, { recursive: true, mode: 0o700 })))
      if (!made.ok) return made
      const stamp = new Date(ports.clock.now()).toISOString().replace(/[:.]/g, '-')
      return backupDatabase(services.db, join(folder, `plexsync-${stamp}.db`), signal)
    },
    restoreBackup: ({ file }) => restore(file),
    clearPictures: async () => ok(await services.pictures.clear()),
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

function rememberedPicks({ db, picks, index }: Services): RememberedPicks {
  return {
    server: indexOwnerOf(db),
    bindTo: (server) => void bindToServer(db, server, index, picks),
    list: () => picks.list(),
    remember: (pick) => picks.remember({ ...pick, sceneId: null }),
  }
}
