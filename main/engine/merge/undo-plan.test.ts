import { describe, expect, it } from 'vitest'
import type { PlexItem, StashScene } from '../../../shared/domain.ts'
import { ModelPlex } from '../../../test/property/plan-model.ts'
import { actorsNamed, anItem, aScene, settingsWith, wantedFrom } from '../../../test/property/plan-samples.ts'
import { type Base, emptyBase, withImage } from './base.ts'
import { planItem } from './plan.ts'
import { planUndo } from './undo-plan.ts'

const settings = settingsWith({ sync_rating: true, title_sort_format: '{title}' })

/** Plex and the base after one sync of the scene over the item, with what undo needs. */
function written(item: PlexItem, scene: Partial<StashScene> = {}, baseBefore: Base = emptyBase) {
  const plan = planItem({
    wanted: wantedFrom(aScene(scene), settings),
    item,
    base: baseBefore,
    pending: null,
    settings,
  })
  const plex = new ModelPlex(item, { reading: 'adds', capitalises: false, omitsEqualSortTitle: false })
  if (plan.edit === null) throw new Error('nothing was written')
  plex.write(plan.edit)
  return { plex, base: plan.after, lastWrite: { changes: plan.changes, baseBefore } }
}

describe('planUndo', () => {
  const before = anItem({
    titleSort: 'Sorted',
    studio: 'By hand',
    summary: 'Old',
    date: '2020-01-01',
    rating: 3,
    actors: [{ name: 'Person', role: 'Herself', photo: 'http://p/1.jpg' }],
    genres: ['Keep'],
  })

  it('brings everything back as it was, except for the locks', () => {
    const { plex, base, lastWrite } = written(before, { rating100: 87 })
    const undo = planUndo({ item: plex.item, lastWrite, base })
    if (undo.edit !== null) plex.write(undo.edit)
    expect({ ...plex.item, locks: [] }).toEqual(before)
    expect(undo.kept).toEqual([])
    expect(undo.changes).toContainEqual({ field: 'studio', before: 'Studio A', after: 'By hand' })
    expect(undo.after).toEqual({
      ...emptyBase,
      locked: base.locked,
      lists: { performers: [], tags: [], collection: [] },
    })
  })

  it('has nothing left to do the second time', () => {
    const { plex, base, lastWrite } = written(before)
    const undo = planUndo({ item: plex.item, lastWrite, base })
    if (undo.edit !== null) plex.write(undo.edit)
    expect(planUndo({ item: plex.item, lastWrite, base: undo.after })).toMatchObject({
      edit: null,
      kept: [],
      after: undo.after,
    })
  })

  it('leaves what the user changed since', () => {
    const { plex, base, lastWrite } = written(anItem({ studio: 'By hand' }))
    plex.item = { ...plex.item, studio: 'Changed', summary: 'Changed', genres: ['Rain', 'Person'] }
    const undo = planUndo({ item: plex.item, lastWrite, base })
    expect(undo.kept.filter(({ reason }) => reason === 'changed in Plex since').map(({ field }) => field)).toEqual([
      'studio',
      'summary',
    ])
    expect(undo.edit?.scalars).toMatchObject({ title: 'walk', originallyAvailableAt: '' })
    expect(undo.edit?.scalars).not.toHaveProperty('studio')
    // 'Outdoor', which the user removed since, needs no removal; what the user added stays.
    expect(undo.edit?.lists.genre).toEqual({ wanted: [{ name: 'Person' }], removed: ['Rain'] })
  })

  it('brings back what Stash had dropped, as ours', () => {
    const baseBefore: Base = {
      ...emptyBase,
      scalars: { studio: 'Studio A', summary: 'Ours' },
      lists: { tags: ['Rain'] },
      locked: ['studio', 'summary', 'tags'],
    }
    const item = anItem({ studio: 'Studio A', summary: 'Ours', genres: ['Rain', 'Person'] })
    const { plex, base, lastWrite } = written(item, { studio: null, details: '', tags: [] }, baseBefore)
    expect(plex.item).toMatchObject({ studio: '', summary: '', genres: ['Person'] })
    const undo = planUndo({ item: plex.item, lastWrite, base })
    if (undo.edit !== null) plex.write(undo.edit)
    expect(plex.item).toMatchObject({ studio: 'Studio A', summary: 'Ours' })
    expect(plex.item.genres.toSorted()).toEqual(['Person', 'Rain'])
    expect(undo.after.scalars).toEqual({ studio: 'Studio A', summary: 'Ours' })
    expect(undo.after.lists.tags).toEqual(['Rain'])
  })

  it('does not take for ours what the user had typed over it before', () => {
    const baseBefore: Base = { ...emptyBase, scalars: { studio: 'Ours' }, locked: ['studio'] }
    const { plex, base, lastWrite } = written(anItem({ studio: 'Typed' }), {}, baseBefore)
    const undo = planUndo({ item: plex.item, lastWrite, base })
    expect(undo.edit?.scalars.studio).toBe('Typed')
    expect(undo.after.scalars).not.toHaveProperty('studio')
  })

  it('never empties a title and says that images stay', () => {
    const lastWrite = {
      changes: [
        { field: 'title' as const, before: null, after: 'New' },
        { field: 'poster' as const, before: null, after: 'abc' },
      ],
      baseBefore: emptyBase,
    }
    const undo = planUndo({ item: anItem({ title: 'New' }), lastWrite, base: withImage(emptyBase, 'poster', 'abc') })
    expect(undo.edit).toBeNull()
    expect(undo.kept.map(({ field }) => field)).toEqual(['title', 'poster'])
  })

  it('keeps the roles and photos of actors that stay', () => {
    const { plex, base, lastWrite } = written(anItem({ actors: before.actors }))
    plex.item = { ...plex.item, actors: [...plex.item.actors, ...actorsNamed('Since')] }
    expect(planUndo({ item: plex.item, lastWrite, base }).edit?.lists.actor).toEqual({
      wanted: [{ name: 'Person', role: 'Herself', photo: 'http://p/1.jpg' }, { name: 'Since' }],
      removed: ['Ann', 'Bob'],
    })
  })
})
