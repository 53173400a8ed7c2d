import { describe, expect, it } from 'vitest'
import { titleKey, titleKeysOf } from './title-key.ts'

describe('titleKey', () => {
  it('keeps letters and digits of every script', () => {
    expect(titleKey('Scene.One_[1080p]')).toBe('scene one 1080p')
    expect(titleKey('Сцена №1: «Тест»')).toBe(titleKey('сцена no1 тест'))
    expect(titleKey('シーン１')).toBe('シーン1')
    expect(titleKey('Cafe\u0301')).toBe('café')
    expect(titleKey('…!?')).toBe('')
  })
})

describe('titleKeysOf', () => {
  it.each([
    ['/a/Advent Calendar 5.mp4', ['advent calendar 5']],
    ['/a/4Kisses.mp4', ['4kisses']],
    ['/a/DVD Night 4K Edition.mp4', ['dvd night 4k edition']],
    ['/a/Scene.Name.2160p.4K.DV.HEVC.mkv', ['scene name 2160p 4k dv hevc', 'scene name']],
    ['/a/Scene Name - 2026-01-30.mp4', ['scene name 2026 01 30', 'scene name']],
    ['D:\\a\\Scene Name [1080p].mp4', ['scene name 1080p', 'scene name']],
    ['/a/2024-01-30.mp4', ['2024 01 30']],
    ['/a/1080p.mp4', ['1080p']],
    ['/a/x.mp4', []],
    ['/a/Mr. and Mrs. Long.Title Without Extension', ['mr and mrs long title without extension']],
  ])('%s', (file, keys) => {
    expect(titleKeysOf(file)).toEqual(keys)
  })
})
