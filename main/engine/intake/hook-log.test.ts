import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../../test/harness/clock.ts'
import type { Logger } from '../ports.ts'
import type { Hook } from './hook.ts'
import { HookLog } from './hook-log.ts'

const scene: Hook = {
  category: 'change',
  type: 'Scene.Update.Post',
  kind: 'scene',
  action: 'update',
  id: '123',
  inputFields: null,
}
const performer: Hook = { ...scene, type: 'Performer.Create.Post', kind: 'performer', action: 'create', id: '5' }

function setUp() {
  const lines: string[] = []
  const scenes: (string | undefined)[] = []
  const logger: Logger = {
    log(level, component, message, about) {
      lines.push(`${level} [PlexSync ${component}] ${message}`)
      scenes.push(about?.sceneId)
    },
  }
  const clock = new ManualClock()
  return { lines, scenes, clock, log: new HookLog(logger, clock) }
}

describe('HookLog', () => {
  it('keeps the words that users know', () => {
    const { lines, scenes, log } = setUp()
    log.stored(scene, 'queued', 4.23)
    log.stored(scene, 'coalesced', 0.04)
    log.filtered(scene, 'no metadata changes', 0.1)
    log.filtered(performer, 'no scene carries it yet', 0.1)
    expect(lines).toEqual([
      'info [PlexSync Hook] Enqueued sync job for scene 123 in 4.2ms',
      'info [PlexSync Hook] Enqueued sync job for scene 123 in 0.0ms (merged into the one that waits)',
      'info [PlexSync Hook] Scene 123 update filtered (no metadata changes)',
      'info [PlexSync Hook] Performer 5 create filtered (no scene carries it yet)',
    ])
    expect(scenes).toEqual(['123', '123', '123', undefined])
  })

  it('warns above 100 ms', () => {
    const { lines, log } = setUp()
    log.stored(scene, 'queued', 100)
    log.stored(scene, 'queued', 156.31)
    expect(lines).toEqual([
      'info [PlexSync Hook] Enqueued sync job for scene 123 in 100.0ms',
      'info [PlexSync Hook] Enqueued sync job for scene 123 in 156.3ms',
      'warning [PlexSync Hook] Hook handler exceeded 100ms target (156.3ms)',
    ])
  })

  it('keeps the words of senders out, except for plain types', () => {
    const { lines, log } = setUp()
    log.filtered({ category: 'other', type: 'Gallery.Update.Post', id: '1' }, 'no use', 0)
    log.filtered({ category: 'other', type: 'x\n[PlexSync] forged', id: null }, 'no use', 0)
    expect(lines).toEqual([
      'info [PlexSync Hook] Hook Gallery.Update.Post filtered (no use)',
      'info [PlexSync Hook] Hook of an unknown type filtered (no use)',
    ])
  })

  it('sums up a flood: 1,000 lines a second, the rest at debug', async () => {
    const { lines, clock, log } = setUp()
    for (let n = 0; n < 3000; n++) log.stored(scene, 'queued', n === 2500 ? 33.3 : 1)
    const at = (level: string) => lines.filter((line) => line.startsWith(level)).length
    expect([at('info'), at('debug')]).toEqual([1000, 2000])
    await clock.advance(1000)
    expect(lines.at(-1)).toBe(
      'info [PlexSync Hook] 2000 more hooks within that second, the slowest took 33.3ms (each one is a debug line)',
    )
    log.stored(scene, 'queued', 1)
    expect(lines.at(-1)).toMatch(/^info .* Enqueued/)
    expect(clock.timers).toBe(0)
  })

  it('sums up when the next second begins, and when closed', () => {
    const { lines, clock, log } = setUp()
    const sums = () => lines.filter((line) => line.includes('more hooks'))
    for (let n = 0; n < 1001; n++) log.stored(scene, 'queued', 1)
    clock.jump(1000)
    log.stored(scene, 'queued', 1)
    expect(sums()).toHaveLength(1)
    for (let n = 0; n < 1001; n++) log.stored(scene, 'queued', 1)
    log.close()
    expect(sums()).toHaveLength(2)
    expect(clock.timers).toBe(0)
  })

  it('reports refusals once a minute for each cause', () => {
    const { lines, clock, log } = setUp()
    for (let n = 0; n < 50; n++) log.refused(401, 'wrong or no credentials, from 10.0.0.7')
    log.refused(403, 'it was sent by a web page')
    clock.jump(60_000)
    log.refused(401, 'wrong or no credentials, from 10.0.0.7')
    expect(lines).toEqual([
      'warning [PlexSync Hook] Request refused with 401: wrong or no credentials, from 10.0.0.7',
      'warning [PlexSync Hook] Request refused with 403: it was sent by a web page',
      'warning [PlexSync Hook] Request refused with 401: wrong or no credentials, from 10.0.0.7',
    ])
  })
})
