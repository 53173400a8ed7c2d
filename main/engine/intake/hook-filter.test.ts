import { describe, expect, it } from 'vitest'
import { defaultSettings, type Settings } from '../../../shared/settings.ts'
import type { Hook } from './hook.ts'
import { parseHookBody } from './hook.ts'
import { filterHook } from './hook-filter.ts'

const allOff: Partial<Settings> = {
  sync_studio: false,
  sync_summary: false,
  sync_date: false,
  sync_performers: false,
  sync_tags: false,
  sync_poster: false,
  sync_background: false,
  sync_collection: false,
  sync_rating: false,
  only_organized: false,
}

function hookOf(type: string, inputFields?: readonly string[] | null): Hook {
  const parsed = parseHookBody(JSON.stringify({ type, id: 7, inputFields }))
  const hook = parsed.ok ? parsed.value.hooks[0] : undefined
  if (hook === undefined) throw new Error('not a hook')
  return hook
}

function judge(hook: Hook, changes: Partial<Settings> = {}) {
  return filterHook(hook, { settings: { ...defaultSettings(), ...changes }, ofLibraries: [] })
}

function taken(kind: string, fields: readonly string[] | null) {
  return { kind: 'take', job: { kind, subjectId: '7', fields, origin: 'hook' } }
}

function filtered(reason: string) {
  return { kind: 'filtered', reason }
}

const noChanges = filtered('no metadata changes')

describe('filterHook on scenes', () => {
  it.each([
    ['details', ['sync_summary']],
    ['date', ['sync_date']],
    ['rating100', ['sync_rating']],
    ['studio_id', ['sync_studio', 'sync_collection']],
    ['performer_ids', ['sync_performers']],
    ['tag_ids', ['sync_tags']],
    ['cover_image', ['sync_poster', 'sync_background']],
    ['organized', ['only_organized']],
  ] as const)('%s matters while one of %j is on', (field, switches) => {
    const hook = hookOf('Scene.Update.Post', ['id', field])
    expect(judge(hook, allOff)).toEqual(noChanges)
    for (const name of switches) expect(judge(hook, { ...allOff, [name]: true })).toEqual(taken('scene', [field]))
  })

  it.each(['title', 'primary_file_id', 'file_ids', 'files'])('%s always matters', (field) => {
    expect(judge(hookOf('Scene.Update.Post', [field]), allOff)).toEqual(taken('scene', [field]))
  })

  it.each([
    [['play_count']],
    [['o_counter', 'resume_time', 'play_duration']],
    // What newer sources of Stash report when plays are added: our own writes among them.
    [['id', 'resume_time', 'play_duration', 'play_count', 'play_history', 'last_played_at', 'o_counter', 'o_history']],
    [['id', 'ids', 'clientMutationId']],
    [['organized']],
    [['rating100']],
    [['constructor', '__proto__', 'a_field_of_the_future']],
  ])('%j is filtered with the default settings', (fields) => {
    expect(judge(hookOf('Scene.Update.Post', fields))).toEqual(noChanges)
  })

  it('hands on only what matters, once and sorted', () => {
    const bulk = ['ids', 'title', 'tag_ids', 'gallery_ids', 'performer_ids', 'title', 'organized']
    expect(judge(hookOf('Scene.Update.Post', bulk))).toEqual(taken('scene', ['performer_ids', 'tag_ids', 'title']))
  })

  it.each([undefined, null, []])('an update with inputFields %j is taken: a scan says nothing', (fields) => {
    expect(judge(hookOf('Scene.Update.Post', fields), allOff)).toEqual(taken('scene', null))
  })

  it('takes a new scene, whatever its fields', () => {
    expect(judge(hookOf('Scene.Create.Post'))).toEqual(taken('scene', null))
    expect(judge(hookOf('Scene.Create.Post', ['play_count']))).toEqual(taken('scene', null))
  })

  it('forgets a destroyed scene, also while switched off', () => {
    const hook = hookOf('Scene.Destroy.Post')
    expect(judge(hook)).toEqual({ kind: 'destroy', sceneId: '7' })
    expect(judge(hook, { enabled: false })).toEqual({ kind: 'destroy', sceneId: '7' })
  })
})

describe('filterHook on what scenes carry', () => {
  it.each([
    ['Performer', 'performer', { sync_performers: false }],
    ['Studio', 'studio', { sync_studio: false, sync_collection: false }],
    ['Tag', 'tag', { sync_tags: false }],
  ])('%s updates and ends fan out while they are synced', (name, kind, off) => {
    for (const action of ['Update', 'Destroy']) {
      expect(judge(hookOf(`${name}.${action}.Post`))).toEqual(taken(kind, null))
      expect(judge(hookOf(`${name}.${action}.Post`), off)).toEqual(filtered(`${kind}s are not synced`))
    }
    expect(judge(hookOf(`${name}.Update.Post`, ['id', 'name', 'image']))).toEqual(taken(kind, ['name']))
    expect(judge(hookOf(`${name}.Update.Post`, ['id', 'favorite']))).toEqual(noChanges)
    expect(judge(hookOf(`${name}.Create.Post`))).toEqual(filtered('no scene carries it yet'))
  })

  it('groups fan out while a setting needs them, also under their old name', () => {
    const groups = { collections: 'studio\ngroup' }
    for (const type of ['Group.Update.Post', 'Group.Destroy.Post', 'Movie.Update.Post', 'Movie.Destroy.Post']) {
      expect(judge(hookOf(type), groups)).toEqual(taken('group', null))
      expect(judge(hookOf(type))).toEqual(filtered('groups are not synced'))
    }
    expect(judge(hookOf('Group.Create.Post'))).toEqual(filtered('no scene carries it yet'))
  })

  it('a merge of tags fans out', () => {
    expect(judge(hookOf('Tag.Merge.Post'))).toEqual(taken('tag', null))
  })

  it('a new parent of a studio matters only where it is written', () => {
    const hook = hookOf('Studio.Update.Post', ['parent_id'])
    const parents = { collections: 'parent_studio or studio' }
    expect(judge(hook, parents)).toEqual(taken('studio', ['parent_id']))
    expect(judge(hook, { title_format: '[{parent_studio}: ]{title}' })).toEqual(taken('studio', ['parent_id']))
    expect(judge(hook)).toEqual(noChanges)
    expect(judge(hook, { ...parents, sync_collection: false })).toEqual(noChanges)
  })

  it.each<[string, string, Partial<Settings>]>([
    ['Performer', 'disambiguation', { performer_disambiguation: true }],
    ['Performer', 'gender', { performer_genders: 'FEMALE' }],
    ['Performer', 'tag_ids', { performer_tags: true }],
    ['Tag', 'parent_ids', { genre_parents: 'Genre' }],
    ['Scene', 'code', { code_as: 'label' }],
    ['Scene', 'code', { title_format: '{code} {title}' }],
    ['Scene', 'director', { sync_director: true }],
    ['Scene', 'urls', { only_with_url: true }],
    ['Scene', 'stash_ids', { only_with_stash_id: true }],
    ['Scene', 'groups', { title_sort_format: '{group}' }],
    ['Scene', 'organized', { collections: 'organized' }],
    ['Scene', 'rating100', { collections: 'rating' }],
  ])('%s.%s matters only while a setting needs it', (kind, field, settings) => {
    const hook = hookOf(`${kind}.Update.Post`, [field])
    expect(judge(hook)).toEqual(noChanges)
    expect(judge(hook, settings)).toEqual(taken(kind.toLowerCase(), [field]))
  })

  it('the settings of one library are enough', () => {
    const hook = hookOf('Scene.Update.Post', ['director'])
    const ofLibraries = [{ ...defaultSettings(), sync_director: true }]
    expect(filterHook(hook, { settings: defaultSettings(), ofLibraries })).toEqual(taken('scene', ['director']))
    expect(filterHook(hook, { settings: { ...defaultSettings(), sync_master: false }, ofLibraries })).toEqual(
      taken('scene', ['director']),
    )
  })
})

describe('filterHook on the rest', () => {
  it.each(['Scene.Create.Post', 'Scene.Update.Post', 'Tag.Merge.Post', 'Studio.Update.Post'])(
    '%s is filtered while switched off',
    (type) => {
      expect(judge(hookOf(type), { enabled: false })).toEqual(filtered('PlexSync is disabled: enabled is off'))
      expect(judge(hookOf(type), { sync_master: false })).toEqual(filtered('sync_master is off'))
    },
  )

  it('answers the connection test, also while switched off', () => {
    expect(judge({ category: 'ping' }, { enabled: false })).toEqual({ kind: 'pong' })
  })

  it('filters hooks that it has no use for', () => {
    expect(judge(hookOf('SceneMarker.Create.Post'))).toEqual(filtered('PlexSync has no use for this hook'))
  })
})
