import { afterEach, expect, it, vi } from 'vitest'
import { ManualClock } from '../../../test/harness/clock.ts'
import { KeptSocket, type SocketLoss, socketUrl } from './kept-socket.ts'

afterEach(() => vi.unstubAllGlobals())

function keep(address: string | null) {
  const clock = new ManualClock()
  const losses: SocketLoss[] = []
  const socket = new KeptSocket({
    address: () => (address === null ? null : { url: address, protocols: [], headers: {} }),
    firstRetryMs: 1_000,
    clock,
    onOpen: () => {},
    onMessage: () => {},
    onLost: (loss) => losses.push(loss),
  })
  return { socket, clock, losses }
}

it('lives without websockets where the runtime has none', () => {
  vi.stubGlobal('WebSocket', undefined)
  const { socket, losses } = keep('ws://127.0.0.1:9')
  socket.start()
  socket.send({ type: 'ping' })
  socket.reconnect()
  socket.stop()
  expect(losses).toEqual([])
})

it('asks for its address again, less and less often, while there is none', async () => {
  const { socket, clock, losses } = keep(null)
  socket.start()
  await clock.advance(999)
  expect(losses).toEqual([{ isFirst: true, tried: false }])
  await clock.advance(1)
  await clock.advance(2_000)
  await clock.advance(4_000)
  expect(losses).toHaveLength(4)
  expect(losses.at(-1)).toEqual({ isFirst: false, tried: false })
  socket.stop()
  await clock.advance(24 * 60 * 60_000)
  expect(losses).toHaveLength(4)
})

it('turns the address of a server into that of its websocket', () => {
  expect(socketUrl('https://plex.example:32400', '/:/x')).toBe('wss://plex.example:32400/:/x')
  expect(socketUrl('', '/:/x')).toBeNull()
  expect(socketUrl('plex.example', '/:/x')).toBeNull()
})
