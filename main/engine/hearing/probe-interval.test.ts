import { describe, expect, it } from 'vitest'
import { probeIntervalMs, withDuration } from './probe-interval.ts'

describe('the interval of the probes', () => {
  it('is the setting where a probe costs little, and none if it is off', () => {
    expect(probeIntervalMs(10, [])).toBe(10_000)
    expect(probeIntervalMs(10, [21, 22, 20, 21, 25])).toBe(10_000)
    expect(probeIntervalMs(0, [21])).toBeNull()
  })

  it('keeps below half a percent of a core, up to five minutes', () => {
    const durations = [20, 20, ...Array.from({ length: 19 }, () => 310), 4_000].reduce<readonly number[]>(
      withDuration,
      [],
    )
    expect(durations).toEqual([...Array.from({ length: 19 }, () => 310), 4_000])
    expect(probeIntervalMs(10, durations)).toBe(124_000)
    expect(probeIntervalMs(10, [60_000, 60_000, 60_000, 60_000, 60_000])).toBe(300_000)
    expect(probeIntervalMs(3_600, [60_000])).toBe(3_600_000)
  })

  it('does not grow because most probes waited for a busy processor', () => {
    expect(probeIntervalMs(10, [35, 260, 900, 30, 410])).toBe(14_000)
  })

  it('does not shrink because one probe was lucky', () => {
    expect(probeIntervalMs(10, [310, 310, 20, 310, 310])).toBe(124_000)
  })

  it('is short until there are enough durations to judge by, unless they are very long', () => {
    expect(probeIntervalMs(10, [240, 260])).toBe(10_400)
    expect(probeIntervalMs(10, [310, 310, 20, 310])).toBe(12_400)
    expect(probeIntervalMs(10, [60_000])).toBe(300_000)
  })
})
