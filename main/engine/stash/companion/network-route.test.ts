import { describe, expect, it } from 'vitest'
import { networkRoute } from './network-route.ts'

describe('the way through the network', () => {
  it('begins and ends at the same address where the host is this machine', async () => {
    expect(await networkRoute('127.0.0.1')).toEqual({ local: '127.0.0.1', remote: '127.0.0.1' })
  })

  it('does not exist to an unassigned host', async () => {
    expect(await networkRoute('no such host')).toBeNull()
  })
})
