import { describe, expect, it } from 'vitest'
import { ok } from '../../../shared/result.ts'
import { ManualClock } from '../../../test/harness/clock.ts'
import { freshDatabase } from '../../../test/harness/fresh-database.ts'
import type { KindReading, ProbeReading, ProbeRequest } from '../stash/change-probe.ts'
import { StampOrder } from './stamp-order.ts'
import { SweepState } from './sweep-state.ts'

const noon = Date.parse('2026-01-30T12:00:00Z')
const fresh = { isFresh: true, isOrdinary: false }
const ordinary = { isFresh: false, isOrdinary: true }
const { signal } = new AbortController()

/** A Stash whose newest scene has the first of these stamps that the request lets through. */
function order(logTime: string | null, stamps: () => readonly string[]) {
  const requests: ProbeRequest[] = []
  const nothing: KindReading = { count: 0, newest: null }
  const stamped = new StampOrder({
    stash: {
      now: () => noon,
      forgetDialect: () => {},
      lastLogTime: async () => ok(logTime),
      async changeProbe(request) {
        requests.push(request)
        const newest = stamps().find((stamp) => request.below === null || stamp < request.below)
        const scene = { count: stamps().length, newest: newest === undefined ? null : { id: '1', updatedAt: newest } }
        const reading: ProbeReading = {
          scene,
          file: nothing,
          performer: nothing,
          studio: nothing,
          tag: nothing,
          group: nothing,
        }
        return ok(reading)
      },
    },
    progress: new SweepState(freshDatabase()),
    clock: new ManualClock(noon),
  })
  const probe = async (how: typeof fresh) => {
    const read = await stamped.probe({}, how, signal)
    if (!read.ok) throw new Error(read.fault.message)
    const { reading, isOvertaken } = read.value
    return { newest: reading.scene.newest?.updatedAt, isOvertaken }
  }
  return { stamped, probe, requests }
}

describe('stamps of a zone ahead of the present one', () => {
  const tokyo = '2026-01-30T20:00:00+09:00'
  const now = '2026-01-30T03:59:00-08:00'

  it('are passed over once the log shows the zone, and all scenes are wanted once for what they hid', async () => {
    const { stamped, probe, requests } = order('2026-01-30T03:50:00.123-08:00', () => [tokyo, now])
    expect(await probe(fresh)).toEqual({ newest: now, isOvertaken: true })
    expect(requests.map(({ below }) => below)).toEqual([null, '2026-01-30T04:00:02-08:00'])
    // All are compared: the next probe looks at all stamps, and finds the same.
    stamped.unbind()
    stamped.compared(tokyo, { ...readingOf(tokyo) })
    expect(await probe(ordinary)).toEqual({ newest: now, isOvertaken: false })
    expect(await probe(ordinary)).toEqual({ newest: now, isOvertaken: false })
    expect(requests).toHaveLength(5)
  })

  it('are wanted again where the comparison did not come to its end', async () => {
    const { stamped, probe } = order('2026-01-30T03:50:00-08:00', () => [tokyo, now])
    await probe(fresh)
    stamped.unbind()
    expect(await probe(ordinary)).toEqual({ newest: now, isOvertaken: true })
  })

  it('are all there is to know where Stash logs nothing', async () => {
    const { probe, requests } = order(null, () => [tokyo, now])
    expect(await probe(fresh)).toEqual({ newest: tokyo, isOvertaken: false })
    expect(requests).toHaveLength(1)
  })
})

it('a newer stamp shows the zone better than an older line of the log: a clock that was put forward hides nothing', async () => {
  const summer = '2026-01-30T13:59:00+02:00'
  const { probe, requests } = order('2026-01-30T10:00:00+01:00', () => [summer])
  expect(await probe(fresh)).toEqual({ newest: summer, isOvertaken: false })
  expect(requests).toHaveLength(1)
})

it('stamps of the future are passed over, with or without a log', async () => {
  for (const log of [null, '2026-01-30T11:59:00Z', '2026-01-30T14:00:00Z']) {
    const { probe } = order(log, () => ['2026-01-30T14:00:00Z', '2026-01-30T11:59:30Z'])
    expect(await probe(fresh)).toEqual({ newest: '2026-01-30T11:59:30Z', isOvertaken: true })
    expect(await probe(ordinary)).toEqual({ newest: '2026-01-30T11:59:30Z', isOvertaken: false })
  }
})

function readingOf(stamp: string): ProbeReading {
  const nothing: KindReading = { count: 0, newest: null }
  const scene = { count: 2, newest: { id: '1', updatedAt: stamp } }
  return { scene, file: null, performer: nothing, studio: nothing, tag: nothing, group: nothing }
}
