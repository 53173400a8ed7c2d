import { describe, expect, it } from 'vitest'
import { mayHaveShifted } from './zone-shift.ts'

describe('mayHaveShifted', () => {
  const pause = async () => {}

  it('knows the end of summer time of the zones with an offset', async () => {
    const end = Date.parse('2025-10-26T01:00:00Z')
    expect(await mayHaveShifted('+02:00', end - 60_000, pause)).toBe(true)
    expect(await mayHaveShifted('+02:00', end - 5 * 3_600_000, pause)).toBe(false)
    expect(await mayHaveShifted('+05:30', end - 60_000, pause)).toBe(false)
  })
})
