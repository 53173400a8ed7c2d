/** A scene, an item and settings to vary in tests of the plan. */

import { type Desired, desiredOf } from '../../main/engine/merge/desired.ts'
import type { PlexItem, StashScene } from '../../shared/domain.ts'
import { defaultSettings, type Settings } from '../../shared/settings.ts'

export function aScene(more: Partial<StashScene> = {}): StashScene {
  return {
    id: '123',
    title: 'A Walk in the Park',
    details: 'Two people walk.\nIt rains.',
    date: '2024-05-01',
    rating100: null,
    organized: false,
    updatedAt: '2024-05-02T10:00:00+02:00',
    studio: { id: '1', name: 'Studio A', parentName: 'Network' },
    performers: [
      { id: '11', name: 'Ann' },
      { id: '12', name: 'Bob' },
    ],
    tags: [
      { id: '21', name: 'Outdoor' },
      { id: '22', name: 'Rain' },
    ],
    groupIds: [],
    files: [{ path: '/data/StudioA/walk.mp4', size: 1_000, duration: 60 }],
    ...more,
  }
}

/** As Plex's scanner makes it: titled by its file, nothing else known. */
export function anItem(more: Partial<PlexItem> = {}): PlexItem {
  return {
    ratingKey: '4711',
    sectionId: '1',
    title: 'walk',
    titleSort: '',
    studio: '',
    summary: '',
    contentRating: '',
    tagline: '',
    originalTitle: '',
    date: '',
    rating: null,
    actors: [],
    genres: [],
    collections: [],
    directors: [],
    labels: [],
    thumb: '/library/metadata/4711/thumb/1',
    art: '',
    locks: [],
    parts: [{ file: '/media/StudioA/walk.mp4', size: 1000, duration: 60 }],
    updatedAt: 1_700_000_000,
    ...more,
  }
}

const defaults = defaultSettings()

export function settingsWith(more: Partial<Settings> = {}): Settings {
  return { ...defaults, ...more }
}

/** The wanted values of a scene that is to be written; throws where it is held back. */
export function wantedFrom(scene: StashScene, settings: Settings = settingsWith()): Desired {
  const outcome = desiredOf(scene, settings)
  if (outcome.kind !== 'wanted') throw new Error(`not wanted: ${JSON.stringify(outcome)}`)
  return outcome.wanted
}

export function actorsNamed(...names: string[]): PlexItem['actors'] {
  return names.map((name) => ({ name, role: '', photo: '' }))
}
