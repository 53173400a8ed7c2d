import { describe, expect, it } from 'vitest'
import { mayOpen } from './allowed-links.ts'

const servers = ['http://192.168.1.10:32400', 'https://stash.example/prefix', '']

describe('mayOpen', () => {
  it.each([
    'https://app.plex.tv/desktop/#!/server/x',
    'https://plex.tv/link',
    'https://support.plex.tv/articles/1',
    'http://192.168.1.10:32400/web/index.html',
    'https://stash.example/scenes/12',
  ])('opens %s', (address) => {
    expect(mayOpen(address, servers)).toBe(true)
  })

  it.each([
    'http://app.plex.tv/',
    'https://app.plex.tv:8443/',
    'https://app.plex.tv.evil.example/',
    'https://evil.example/#https://plex.tv',
    'https://plex.tv@evil.example/',
    'https://user:secret@plex.tv/',
    'http://192.168.1.10:32401/',
    'http://stash.example/scenes/12',
    'file:///etc/passwd',
    'smb://host/share',
    'javascript:alert(1)',
    'data:text/html,x',
    'plexsync://app/',
    'ms-msdt:/id',
    'not an address',
    '',
  ])('refuses %s', (address) => {
    expect(mayOpen(address, servers)).toBe(false)
  })
})
