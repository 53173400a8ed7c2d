/** Named sets of settings, to begin with. */
import type { SettingName, SettingValue } from './settings.ts'

export const presets = {
  /** What the Plex agent StashPlexAgent writes with its own defaults. */
  'stash-plex-agent': {
    sync_master: true,
    title_format: '{title}',
    title_sort_format: '',
    sync_studio: true,
    sync_summary: true,
    sync_date: true,
    sync_performers: true,
    sync_tags: true,
    tags_as: 'genres',
    sync_poster: true,
    sync_background: false,
    sync_collection: true,
    collections: 'studio => Site: {name}\nparent_studio => Studio: {name}',
    content_rating: 'XXX',
  },
} as const satisfies Readonly<Record<string, Partial<Readonly<Record<SettingName, SettingValue>>>>>
export type PresetName = keyof typeof presets

export const presetNames = Object.keys(presets) as readonly PresetName[]

export function isPresetName(name: string): name is PresetName {
  return Object.hasOwn(presets, name)
}
