/** What people paste in place of an address or a token. */
import { describe, expect, it } from 'vitest'
import { parseSetting } from './settings.ts'

describe('an address that was pasted from the browser', () => {
  it.each([
    ['plex_url', 'http://192.168.1.10:32400/web/index.html#!/server/abc', 'http://192.168.1.10:32400'],
    ['plex_url', 'http://nas:32400/web', 'http://nas:32400'],
    ['plex_url', 'https://home.example/plex/web/index.html#', 'https://home.example/plex'],
    ['plex_url', 'http://nas:32400/library/sections?X-Plex-Token=secret-token-1', 'http://nas:32400'],
    ['plex_url', 'http://nas:32400/?X-Plex-Token=secret-token-1', 'http://nas:32400'],
    ['stash_url', 'http://localhost:9999/graphql', 'http://localhost:9999'],
    ['stash_url', 'https://home.example/stash/scenes/12?q=a', 'https://home.example/stash'],
    ['stash_url', 'http://localhost:9999/settings?tab=security', 'http://localhost:9999'],
  ] as const)('%s %s is offered as %s', (name, pasted, address) => {
    const parsed = parseSetting(name, pasted)
    expect(parsed).toMatchObject({ ok: false, fault: { code: 'invalid_input' } })
    expect(!parsed.ok && parsed.fault.message).toMatch(new RegExp(`use ${address.replaceAll('.', '\\.')}(,|$)`))
    expect(!parsed.ok && parsed.fault.message).not.toContain('secret-token')
    expect(parseSetting(name, address)).toMatchObject({ ok: true, value: address })
  })

  it('Plex on the web is not a server', () => {
    const parsed = parseSetting('plex_url', 'https://app.plex.tv/desktop/#!/')
    expect(!parsed.ok && parsed.fault.message).toContain('not your server')
  })

  it('an address of IPv6 is one', () => {
    expect(parseSetting('plex_url', 'http://[::1]:32400')).toMatchObject({ ok: true, value: 'http://[::1]:32400' })
    expect(parseSetting('webhook_host', '[::1]')).toMatchObject({ ok: true, value: '::1' })
  })

  it.each([
    'X-Plex-Token=abcdefghij12',
    'X-Plex-Token: abcdefghij12',
    'http://nas:32400/a?b=c&X-Plex-Token=abcdefghij12&d=e',
  ])('a token is taken out of %s', (pasted) => {
    expect(parseSetting('plex_token', pasted)).toMatchObject({ ok: true, value: 'abcdefghij12' })
  })
})
