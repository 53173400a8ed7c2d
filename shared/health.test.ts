import { describe, expect, it } from 'vitest'
import { findingText, healthFindingSchema } from './health.ts'
import { germanFindings } from './health-texts.de.ts'
import { englishFindings } from './health-texts.ts'

const counts = { ready: 1234, delayed: 0, in_progress: 2 }
const queue = {
  code: 'queue_waits',
  values: { ...counts, server: 'stash', since: '2026-01-30T10:00:00.000Z' },
} as const

describe('the words of a finding', () => {
  it('keep counts and server name in both languages', () => {
    const english = findingText(queue, englishFindings)
    const german = findingText(queue, germanFindings)
    expect(english.detail).toMatch(
      /^1234 ready, 0 delayed, 2 in progress\. Waiting for Stash since 30 Jan 2026, \d\d:\d\d\.$/,
    )
    expect(german.detail).toMatch(/^1\.234 bereit, 0 geplant, 2 in Arbeit\. Wartet seit .+ auf Stash\.$/)
    expect(german.cure).not.toBe(english.cure)
  })

  it('name a command only if there is a command line', () => {
    const found = (command: boolean) => ({ code: 'dead_letters', values: { count: 1, decisions: 0, command } }) as const
    expect(findingText(found(true), germanFindings).cure).toContain('plexsync dlq list')
    expect(findingText(found(false), germanFindings).cure).not.toContain('plexsync')
    expect(findingText(found(false), englishFindings).detail).toBe('1 scene needs attention.')
  })

  it('a code of a newer engine is no finding of this one', () => {
    expect(healthFindingSchema.safeParse({ code: 'unlisted', values: {} }).success).toBe(false)
  })
})
