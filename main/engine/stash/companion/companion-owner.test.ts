import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import * as z from 'zod'
import { holdingsOf, type OwnCompanion, ownCompanion } from './companion-owner.ts'
import { manifestOf } from './manifest.ts'
import type { StashPlugin } from './stash-plugins.ts'

const described = z.object({ description: z.string() })

/** A plugin as Stash lists it, of a PlexSync with this token under this address. */
function plugin(id: string, token: string, base: string): StashPlugin {
  const manifest = manifestOf({ id, variant: 'js', base, token, version: '1.2.3', build: '01234567' })
  return { id, version: '1.2.3', enabled: true, description: described.parse(parse(manifest)).description }
}

describe('a PlexSync and a copy of its data folder, beside another PlexSync', () => {
  // Both have the same ids to choose from.
  const of = (token: string, base: string): OwnCompanion => ownCompanion('plexsync-0123456789abcdef', token, [base])
  const [first = '', second = ''] = of('x', '').ids
  const third = plugin('plexsync', 'of-another-one', 'http://a.lan:1')
  const original = plugin(first, 'of-the-original', 'http://b.lan:2')
  const copy = of('of-the-copy', 'http://c.lan:4')

  it('have several ids to choose from', () => {
    expect(of('x', '').ids).toEqual(['plexsync-012345', 'plexsync-6789ab'])
  })

  it('the original knows its own, also under a new port or with a new token', () => {
    for (const own of [of('of-the-original', 'http://b.lan:3'), of('new-token', 'http://b.lan:2')])
      expect(holdingsOf([third, original], own)).toMatchObject({ own: { plugin: original }, others: { plugin: third } })
  })

  it('the copy, with its own port and token, takes nothing over and finds an id that is free', () => {
    expect(holdingsOf([third, original], copy)).toMatchObject({ own: null, others: { plugin: third }, freeId: second })
    expect(holdingsOf([original], copy)).toEqual({
      own: null,
      others: { plugin: original, about: expect.objectContaining({ base: 'http://b.lan:2' }) },
      obstacle: null,
      freeId: 'plexsync',
    })
  })

  it('each knows its own once both are installed', () => {
    const all = [third, original, plugin(second, 'of-the-copy', 'http://c.lan:4')]
    expect(holdingsOf(all, copy).own?.plugin.id).toBe(second)
    expect(holdingsOf(all, of('of-the-original', 'http://b.lan:2')).own?.plugin.id).toBe(first)
  })
})
