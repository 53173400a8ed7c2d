import { describe, expect, it } from 'vitest'
import { parseSetting } from './settings.ts'

const read = (name: Parameters<typeof parseSetting>[0], raw: unknown) => {
  const parsed = parseSetting(name, raw)
  return parsed.ok ? parsed.value : parsed.fault.message
}

describe('parseSetting', () => {
  it('takes the quotes and blanks of a compose file off a single value', () => {
    expect(read('plex_url', ' "http://nas:32400/" ')).toBe('http://nas:32400')
    expect(read('plex_token', "'abcdefghijkl'")).toBe('abcdefghijkl')
    expect(read('concurrency', '"8"')).toBe(8)
    expect(read('enabled', '"off"')).toBe(false)
    expect(read('theme', "'dark'")).toBe('dark')
    expect(read('webhook_host', '"[::1]"')).toBe('::1')
  })

  it('keeps a quoted name as one', () => {
    expect(read('tag_deny', '"Big, Bold",  Plain')).toBe('"Big, Bold", Plain')
    expect(read('plex_library', '"Clips"')).toBe('Clips')
    expect(read('tag_deny', ['Big, Bold', '12" Vinyl'])).toBe('"Big, Bold", 12" Vinyl')
    expect(read('tag_deny', 'Plain, "Big')).toBe('tag_deny: name 2 ("Big): the double quote is not closed; write "Big"')
  })

  it('takes hosts for lists of hosts only', () => {
    expect(read('ui_hosts', 'plexsync, 192.168.1.10:9797, [::1]:9798, fe80::1')).toBe(
      'plexsync, 192.168.1.10:9797, [::1]:9798, fe80::1',
    )
    expect(read('webhook_hosts', 'plexsync, http://nas/')).toBe(
      'webhook_hosts: "http://nas/" is not a host name; expected something like plexsync or 192.168.1.10:9797, without http://',
    )
  })
})
