import { describe, expect, it } from 'vitest'
import { type HookAddressInputs, hookAddresses, hostOf, isLoopbackHost } from './hook-address.ts'

function bases(inputs: Partial<HookAddressInputs>): readonly string[] | string {
  const addresses = hookAddresses({
    webhookHost: '127.0.0.1',
    webhookPort: 9797,
    webhookHosts: '',
    stashUrl: 'http://localhost:9999',
    stashIsHere: true,
    networkAddress: '192.168.1.5',
    ...inputs,
  })
  return addresses.ok ? addresses.value.map(({ base }) => base) : addresses.fault.message
}

describe('the addresses for Stash', () => {
  it('begin with loopback where Stash is on this machine, and name what a container would need', () => {
    expect(bases({})).toEqual(['http://127.0.0.1:9797', 'http://host.docker.internal:9797'])
    expect(bases({ webhookHost: '0.0.0.0' })).toEqual([
      'http://127.0.0.1:9797',
      'http://host.docker.internal:9797',
      'http://192.168.1.5:9797',
    ])
    expect(bases({ webhookHost: '::', webhookHosts: 'plexsync, bad name/', networkAddress: null })).toEqual([
      'http://[::1]:9797',
      'http://plexsync:9797',
      'http://host.docker.internal:9797',
    ])
    expect(bases({ webhookHost: '192.168.1.7' })).toEqual(['http://192.168.1.7:9797'])
  })

  it('are the name that was given for it, then the network address, where Stash is elsewhere', () => {
    const elsewhere = { stashIsHere: false, stashUrl: 'http://nas.local:9999' }
    expect(bases({ ...elsewhere, webhookHost: '0.0.0.0' })).toEqual(['http://192.168.1.5:9797'])
    expect(bases({ ...elsewhere, webhookHost: '0.0.0.0', webhookHosts: 'desk.local' })).toEqual([
      'http://desk.local:9797',
      'http://192.168.1.5:9797',
    ])
    expect(bases({ ...elsewhere, webhookHost: '192.168.1.5' })).toEqual(['http://192.168.1.5:9797'])
    expect(bases({ ...elsewhere, webhookHost: '0.0.0.0', networkAddress: null })).toEqual([])
  })

  it('do not exist where Stash is elsewhere and only this machine is listened to', () => {
    expect(bases({ stashIsHere: false, stashUrl: 'http://nas.local:9999' })).toBe(
      'webhook_host: 127.0.0.1 takes hooks from this machine only, but Stash is at nas.local; set webhook_host to 0.0.0.0 or 192.168.1.5 and install again',
    )
  })

  it('are in brackets for IPv6', () => {
    expect(bases({ webhookHost: '::1' })[0]).toBe('http://[::1]:9797')
  })

  it('are loopback for every form of it', () => {
    expect(['localhost', '127.0.0.1', '127.8.9.1', '::1'].filter(isLoopbackHost)).toHaveLength(4)
    expect(['127.example.org', '10.0.0.1', '0.0.0.0', 'nas'].filter(isLoopbackHost)).toEqual([])
    expect(hostOf('http://[::1]:9999/stash')).toBe('::1')
    expect(hostOf('')).toBe('')
  })
})
