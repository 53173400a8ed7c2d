import { describe, expect, it } from 'vitest'
import { germanLeftOut } from '../../../shared/left-out.de.ts'
import { englishLeftOut, leftOutSchema } from '../../../shared/left-out.ts'
import { checkPathRules } from './settings-store.fixture.ts'
import { findStash2Plex, mapStash2PlexSettings } from './stash2plex.ts'

/** Every setting of its manifest, version 1.6.14. */
const manifest = {
  plex_url: 'http://192.168.1.100:32400/',
  plex_token: 'planted-token-12345',
  plex_library: 'Adult, Movies',
  enabled: false,
  max_retries: 7,
  poll_interval: 12.5,
  strict_matching: false,
  preserve_plex_edits: true,
  connect_timeout: '7',
  read_timeout: 40,
  max_tags: 50,
  sync_master: true,
  sync_studio: false,
  sync_summary: true,
  sync_tagline: true,
  sync_date: true,
  sync_performers: 'false',
  sync_tags: true,
  sync_poster: true,
  sync_background: true,
  sync_collection: false,
  trigger_plex_scan: true,
  skip_not_found: true,
  debug_logging: true,
  obfuscate_paths: true,
  reconcile_interval: 'Weekly',
  reconcile_scope: '7days',
  reconcile_missing: false,
  plex_unmatched_path_map: '/plex/prefix=>/stash/prefix; /plex2 => /stash2;',
}

describe('settings of Stash2Plex', () => {
  it('are imported, all but those that mean nothing here', () => {
    const { values, imported, not_imported } = mapStash2PlexSettings(manifest, checkPathRules)
    expect(values).toEqual({
      plex_url: 'http://192.168.1.100:32400',
      plex_token: 'planted-token-12345',
      plex_library: 'Adult, Movies',
      max_retries: 7,
      poll_interval: 12.5,
      strict_matching: false,
      preserve_plex_edits: true,
      connect_timeout: 7,
      read_timeout: 40,
      max_tags: 50,
      sync_master: true,
      sync_studio: false,
      sync_summary: true,
      sync_date: true,
      sync_performers: false,
      sync_tags: true,
      sync_poster: true,
      sync_background: true,
      sync_collection: false,
      trigger_plex_scan: true,
      skip_not_found: true,
      debug_logging: true,
      obfuscate_paths: true,
      reconcile_interval: 'weekly',
      reconcile_scope: '7days',
      reconcile_missing: false,
      path_map: '/stash/prefix => /plex/prefix; /stash2 => /plex2',
    })
    expect(not_imported.map(({ from }) => from)).toEqual(['enabled', 'sync_tagline'])
    expect(imported).toContainEqual({ name: 'plex_token', value: 'set', from: 'plex_token' })
    expect(imported).toContainEqual({ name: 'max_tags', value: '50', from: 'max_tags' })
    expect(JSON.stringify({ imported, not_imported })).not.toContain('planted')
    expect(imported.length + not_imported.length).toBe(Object.keys(manifest).length)
  })

  it('that are wrong are listed with the reason', () => {
    const { values, not_imported } = mapStash2PlexSettings(
      {
        max_retries: 99,
        plex_url: 'plex',
        plex_token: 'short',
        plex_unmatched_path_map: 'x',
        new_setting: 1,
        max_tags: null,
        plex_library: '',
      },
      checkPathRules,
    )
    expect(values).toEqual({})
    expect(not_imported).toEqual([
      {
        from: 'max_retries',
        reason: 'max_retries: must be a whole number from 1 to 20',
        code: 'value_refused',
        values: {
          name: 'max_retries',
          problem: { code: 'not_number', values: { whole: true, min: 1, max: 20, orZero: false } },
        },
      },
      {
        from: 'plex_url',
        reason: 'plex_url: must start with http:// or https://',
        code: 'value_refused',
        values: { name: 'plex_url', problem: { code: 'no_scheme', values: {} } },
      },
      {
        from: 'plex_token',
        reason: 'plex_token: must have at least 10 characters',
        code: 'value_refused',
        values: { name: 'plex_token', problem: { code: 'too_short', values: { length: 10 } } },
      },
      {
        from: 'plex_unmatched_path_map',
        reason: 'path_map: rule 1 "x": has no "=>"',
        code: 'value_refused',
        values: {
          name: 'path_map',
          problem: { code: 'rule', values: { number: 1, text: 'x', problem: { code: 'no_arrow', values: {} } } },
        },
      },
      { from: 'new_setting', reason: 'PlexSync has no such setting', code: 'no_such_setting', values: {} },
    ])
  })

  it('have a reason in both languages for each that is left out', () => {
    for (const option of leftOutSchema.options) {
      const [code] = option.shape.code.values
      const problem = { code: 'no_scheme', values: {} }
      const left = leftOutSchema.parse({ code, values: { name: 'plex_url', problem } })
      expect(germanLeftOut(left)).not.toBe(englishLeftOut(left))
      expect(germanLeftOut(left)).not.toMatch(/\b(the|is|no|not|must)\b/)
    }
  })

  it('go by their internal names too', () => {
    const { values } = mapStash2PlexSettings(
      { plex_connect_timeout: 6, plex_read_timeout: 60, strict_mode: true, dlq_retention_days: 10 },
      checkPathRules,
    )
    expect(values).toEqual({ connect_timeout: 6, read_timeout: 60, strict_mode: true, dlq_retention_days: 10 })
  })

  it('are found under both names of the plugin, and distinguished from another plugin', () => {
    expect(findStash2Plex({ Stash2Plex: { plex_url: 'a' }, PlexSync: { plex_url: 'b' } })).toEqual({ plex_url: 'a' })
    expect(findStash2Plex({ PlexSync: { plex_token: 'b' } })).toEqual({ plex_token: 'b' })
    expect(findStash2Plex({ PlexSync: { plexHost: 'nas', plexToken: 'x' } })).toBeNull()
    expect(findStash2Plex({ Stash2Plex: null, other: {} })).toBeNull()
  })
})
