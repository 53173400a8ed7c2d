import { describe, expect, it } from 'vitest'
import { type ServerCondition, serverCondition } from './server-condition.ts'

type Facts = Parameters<typeof serverCondition>[0]

const fine = { configured: true, reachable: true, version: '1', auth_refused: false, latency_ms: 4 }
const both: Facts = {
  plex: { ...fine, can_write: true },
  stash: { ...fine, state: 'ok' },
  circuit: { plex: 'closed', stash: 'closed' },
}

function of(plex: Partial<Facts['plex']>, circuit: Facts['circuit']['plex'] = 'closed'): ServerCondition {
  return serverCondition(
    { ...both, plex: { ...both.plex, ...plex }, circuit: { ...both.circuit, plex: circuit } },
    'plex',
  )
}

describe('serverCondition', () => {
  it('names the first condition that holds', () => {
    expect(of({})).toBe('reachable')
    expect(of({ reachable: null })).toBe('not_asked')
    expect(of({ reachable: false })).toBe('down')
    expect(of({ reachable: false, silent_seconds: 5 })).toBe('silent')
    expect(of({}, 'open')).toBe('down')
    expect(of({}, 'half_open')).toBe('probing')
    expect(of({ auth_refused: true }, 'open')).toBe('refused')
    expect(of({ configured: false, auth_refused: true }, 'open')).toBe('not_configured')
  })

  it('keeps the two servers apart', () => {
    const facts: Facts = { ...both, circuit: { plex: 'open', stash: 'closed' } }
    expect([serverCondition(facts, 'plex'), serverCondition(facts, 'stash')]).toEqual(['down', 'reachable'])
  })
})
