import { describe, expect, it } from 'vitest'
import { compilePathObfuscation } from './obfuscate-paths.ts'

const hide = compilePathObfuscation('salt')
const print = /~[0-9a-f]{8}/g
/** With the fingerprints as `#`. */
const shape = (text: string) => hide(text).replace(print, '#')

describe('path obfuscation', () => {
  it.each([
    ['No Plex item for /media/My Videos/Studio A/scene 1.mp4 yet', 'No Plex item for /#/#/#/#.mp4 yet'],
    ['/media/a/Vol. 2/scene.2023.01.02.mp4, retry', '/#/#/#/#.mp4, retry'],
    ["folder '/media/My Videos/x' missing", "folder '/#/#/#' missing"],
    ['{"path":"D:\\Media\\My Videos\\x.mkv"}', '{"path":"D:\\#\\#\\#.mkv"}'],
    ['rule /data/stash => /media/plex covers it', 'rule /#/# => /#/# covers it'],
    ['D:\\Media\\Sub folder\\x.mkv', 'D:\\#\\#\\#.mkv'],
    ['D:/Media/x.mkv', 'D:/#/#.mkv'],
    ['\\\\nas\\share\\y z.mkv', '\\\\#\\#\\#.mkv'],
    ['Data folder /home/joe/.local/share/plexsync, ready', 'Data folder /#/#/#/#/#, ready'],
    ["LOW confidence match for 'My file name.mp4': 3 candidates", "LOW confidence match for '#.mp4': 3 candidates"],
    ["Searching 'Library' for: Scene Name - 2026-01-30.mp4", "Searching 'Library' for: #.mp4"],
    ['Enqueued x.mp4 twice', 'Enqueued #.mp4 twice'],
    ['at send (/home/joe/plexsync/main/engine/x.ts:12:3)', 'at send (…/main/engine/x.ts:12:3)'],
    ['at send (file:///home/joe/plexsync/main/engine/x.ts:12:3)', 'at send (file://…/main/engine/x.ts:12:3)'],
    ['at a (C:\\Users\\joe\\app\\node_modules\\axios\\index.js:1:2)', 'at a (…\\node_modules\\axios\\index.js:1:2)'],
  ])('%s', (text, expected) => expect(shape(text)).toBe(expected))

  it.each([
    'GET http://plex:32400/library/metadata/5 200',
    'GET /library/metadata/12 404',
    'POST /hooks/stash 202',
    'Job 456 failed (attempt 1/5), retry in 3.2s',
    'Scene 1/5 done, and/or 10 jobs/s',
    '[PlexSync Worker] Updated metadata (overwrite mode): Scene Name',
  ])('leaves alone: %s', (text) => expect(hide(text)).toBe(text))

  it('gives one name one fingerprint, wherever it occurs', () => {
    const [first, second] = [hide('/media/a/x.mp4'), hide("for '/media/b/x.mp4'")]
    expect(first.match(print)?.[0]).toBe(second.match(print)?.[0])
    expect(first.match(print)?.[2]).toBe(second.match(print)?.[2])
    expect(first.match(print)?.[1]).not.toBe(second.match(print)?.[1])
  })

  it('differs between installations', () => {
    expect(compilePathObfuscation('other')('/media/x.mp4')).not.toBe(hide('/media/x.mp4'))
  })

  it('changes nothing when done twice', () => {
    const once = hide("'/media/My Videos/x.mp4' and y.mkv and C:\\a\\b c.avi")
    expect(hide(once)).toBe(once)
  })
})
