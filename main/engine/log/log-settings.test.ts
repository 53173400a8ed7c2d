import { describe, expect, it } from 'vitest'
import { defaultSettings, type Settings } from '../../../shared/settings.ts'
import { configureBySettings } from './log-settings.ts'
import type { Redact } from './redact.ts'

function parts(first: Partial<Settings>) {
  let settings: Settings = { ...defaultSettings(), ...first }
  const listeners = new Set<() => void>()
  const state: { debug: boolean; redact: Redact } = { debug: false, redact: (text) => text }
  const end = configureBySettings(
    { configure: (to) => Object.assign(state, to) },
    {
      settings: () => settings,
      onChange(listener) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    },
    'salt',
  )
  const change = (values: Partial<Settings>) => {
    settings = { ...settings, ...values }
    for (const listener of listeners) listener()
  }
  return { state, change, end }
}

describe('the log by the settings', () => {
  it('follows level and secrets, and forgets no secret', () => {
    const { state, change } = parts({ plex_token: 'first-token' })
    expect(state.debug).toBe(false)
    expect(state.redact('a first-token b second-token')).toBe('a *** b second-token')
    change({ plex_token: 'second-token', debug_logging: true })
    expect(state.debug).toBe(true)
    expect(state.redact('a first-token b second-token')).toBe('a *** b ***')
  })

  it('hides paths when asked to, until ended', () => {
    const { state, change, end } = parts({})
    expect(state.redact("in '/media/a b/x.mp4'")).toBe("in '/media/a b/x.mp4'")
    change({ obfuscate_paths: true })
    expect(state.redact("in '/media/a b/x.mp4'")).toMatch(/^in '\/~[0-9a-f]{8}\/~[0-9a-f]{8}\/~[0-9a-f]{8}\.mp4'$/)
    end()
    change({ obfuscate_paths: false })
    expect(state.redact("in '/media/a b/x.mp4'")).not.toContain('media')
  })
})
