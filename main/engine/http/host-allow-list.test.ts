import { describe, expect, it } from 'vitest'
import { HostAllowList, hostName, isWildcard } from './host-allow-list.ts'

const machine = { names: () => ['NAS', '192.168.1.10', 'fe80::0001', '2001:db8::5'] }

function listBoundTo(host: string, furtherHosts = ''): HostAllowList {
  const list = new HostAllowList(() => furtherHosts, machine)
  list.bind(host)
  return list
}

describe('hostName', () => {
  it.each([
    ['localhost:9797', 'localhost'],
    ['LocalHost', 'localhost'],
    ['plexsync.lan.:80', 'plexsync.lan'],
    ['[::1]:9797', '::1'],
    ['::1', '::1'],
    ['[0:0:0:0:0:0:0:1]', '::1'],
    ['stash_net:1', 'stash_net'],
  ])('%j is %j', (header, name) => expect(hostName(header)).toBe(name))

  it.each(['', ':9797', 'a b', 'user@localhost', 'localhost:', 'localhost:123456', 'localhost/x', '[]', 'a,b', 'ä'])(
    '%j is malformed',
    (header) => expect(hostName(header)).toBeNull(),
  )
})

describe('HostAllowList', () => {
  it.each(['localhost', 'LOCALHOST:1', '127.0.0.1:9797', '127.8.9.10', '[::1]:9797', 'host.docker.internal:9797'])(
    'always allows %s',
    (host) => expect(listBoundTo('127.0.0.1').allows(host)).toBe(true),
  )

  it.each([
    ...['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example', 'xlocalhost', '127.0.0.256', '127.1'],
    ...['2130706433', '0.0.0.0', '192.168.1.10', 'nas', '[::2]', '', undefined],
  ])('bound to loopback, never allows %s', (host) => expect(listBoundTo('127.0.0.1').allows(host)).toBe(false))

  it('allows the address it is bound to', () => {
    expect(listBoundTo('192.168.1.10').allows('192.168.1.10:9797')).toBe(true)
    expect(listBoundTo('192.168.1.10').allows('192.168.1.11:9797')).toBe(false)
    expect(listBoundTo('2001:db8::5').allows('[2001:DB8:0::5]:9797')).toBe(true)
  })

  it.each(['0.0.0.0', '::', '[::]'])('bound to %s, allows each name of this machine and no other', (wildcard) => {
    const list = listBoundTo(wildcard)
    for (const host of ['nas:9797', '192.168.1.10', '[fe80::1]', '[2001:db8::5]:9797'])
      expect(list.allows(host), host).toBe(true)
    for (const host of ['other', '192.168.1.11', 'nas.evil.example']) expect(list.allows(host), host).toBe(false)
  })

  it('allows the hosts of the setting, whatever the port, as soon as it changes', () => {
    let setting = ''
    const list = new HostAllowList(() => setting, machine)
    list.bind('127.0.0.1')
    expect(list.allows('plexsync:9797')).toBe(false)
    setting = 'PlexSync, proxy.lan:443'
    expect(list.allows('plexsync:9797')).toBe(true)
    expect(list.allows('proxy.lan')).toBe(true)
  })

  it('allows nothing by an empty or malformed setting', () => {
    const list = listBoundTo('127.0.0.1', ' , a b, :')
    for (const host of ['', ':', 'a b', 'evil.example']) expect(list.allows(host)).toBe(false)
  })
})

describe('isWildcard', () => {
  it.each([
    ['0.0.0.0', true],
    ['::', true],
    ['[::]', true],
    ['127.0.0.1', false],
    ['nas', false],
  ])('%s: %s', (host, expected) => expect(isWildcard(host)).toBe(expected))
})
