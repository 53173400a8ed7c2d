import { describe, expect, it } from 'vitest'
import { formatRoute, linkTo, parseRoute, withFilters } from './router.svelte.ts'

describe('parseRoute', () => {
  it('reads the view and its filters', () => {
    const { view, filters } = parseRoute('#/activity?state=dead&state=synced&text=a%20b')
    expect(view).toBe('activity')
    expect(filters.getAll('state')).toEqual(['dead', 'synced'])
    expect(filters.get('text')).toBe('a b')
  })

  it.each(['', '#', '#/', '#/nowhere', '#/../settings'])('%j leads to the overview', (hash) => {
    expect(parseRoute(hash).view).toBe('overview')
  })
})

describe('withFilters', () => {
  it('replaces, repeats and drops', () => {
    const next = withFilters(new URLSearchParams('text=a&open=1'), { text: '', state: ['dead', 'ready'], open: null })
    expect(next.toString()).toBe('state=dead&state=ready')
  })
})

describe('formatRoute', () => {
  it('is read back as it was written', () => {
    const hash = linkTo('logs', { text: 'a=b&c?d#e', level: 'error' })
    const route = parseRoute(hash)
    expect(formatRoute(route.view, route.filters)).toBe(hash)
    expect(route.filters.get('text')).toBe('a=b&c?d#e')
  })
})
