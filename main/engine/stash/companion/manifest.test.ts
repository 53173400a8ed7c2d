import { describe, expect, it } from 'vitest'
import { parseManifest } from '../../../../test/harness/stash-manifest.ts'
import { companionHooks, manifestOf, readDescription } from './manifest.ts'
import { fingerprintOf } from './token-fingerprint.ts'

const spec = {
  id: 'plexsync',
  base: 'http://[fe80::1]:9797',
  token: 'a "token" {}',
  version: '1.0.0',
  build: '0a1b2c3d',
}

describe('the manifest', () => {
  it.each(['js', 'python'] as const)('is one that the strict loader takes: %s', (variant) => {
    const manifest = parseManifest(manifestOf({ ...spec, variant }))
    expect(manifest).toMatchObject({
      name: 'PlexSync',
      version: '1.0.0',
      interface: variant === 'js' ? 'js' : 'raw',
      exec: variant === 'js' ? ['plexsync.js'] : ['python3', '{pluginDir}/plexsync.py'],
      hooks: [{ triggeredBy: companionHooks, defaultArgs: {} }],
      tasks: [{ name: 'Test the connection', defaultArgs: { mode: 'ping' } }],
    })
    expect(readDescription(manifest.description)).toEqual({
      base: spec.base,
      variant,
      build: spec.build,
      fingerprint: fingerprintOf(spec.token),
    })
  })

  it('does not name the token', () => {
    expect(manifestOf({ ...spec, variant: 'js' })).not.toContain('a "token"')
  })

  it('quotes {pluginDir}: bare it begins a map', () => {
    expect(manifestOf({ ...spec, variant: 'python' })).toContain('- "{pluginDir}/plexsync.py"')
  })

  it('names each hook once', () => {
    expect(new Set(companionHooks).size).toBe(companionHooks.length)
    expect(companionHooks).toEqual([
      'Scene.Create.Post',
      'Scene.Update.Post',
      'Scene.Destroy.Post',
      'Performer.Update.Post',
      'Performer.Destroy.Post',
      'Studio.Update.Post',
      'Studio.Destroy.Post',
      'Tag.Update.Post',
      'Tag.Destroy.Post',
      'Group.Update.Post',
      'Group.Destroy.Post',
      'Tag.Merge.Post',
    ])
  })

  it('is read also as 1.0.0 wrote it, without the token', () => {
    expect(readDescription('Tells PlexSync at http://x what changes in Stash. (js, build 0a1b2c3d)')).toMatchObject({
      fingerprint: null,
    })
  })

  it.each([
    null,
    '',
    'Tells PlexSync everything',
    'Tells PlexSync at http://x what changes in Stash. (ruby, build 0a1b2c3d)',
  ])('is not found in the description of another plugin: %s', (description) =>
    expect(readDescription(description)).toBeNull(),
  )
})
