import { expect, it } from 'vitest'
import { excerpt, maskSecrets, placeOf, shorten } from './quote.ts'

it('names host and path of an address and nothing else', () => {
  expect(placeOf('https://me:pw@plex.example:32400/library/all?X-Plex-Token=abc#x')).toEqual({
    host: 'plex.example:32400',
    path: '/library/all',
  })
  expect(placeOf('nonsense').host).toBe('an invalid address')
})

it('quotes the words of a page', () => {
  const page = '<html><head><title>Bad</title></head><body><h1>400 Bad\n Request</h1>/x?X-Plex-Token=abc</body></html>'
  expect(excerpt(Buffer.from(page))).toBe('400 Bad Request /x?…')
})

it('masks the values of secret headers, also percent-encoded', () => {
  const headers = { 'X-Plex-Token': 'a/b=c', ApiKey: 'key-1', 'X-Plex-Product': 'PlexSync' }
  expect(maskSecrets('a/b=c a%2Fb%3Dc key-1 PlexSync', headers)).toBe('[token] [token] [token] PlexSync')
})

it('shortens without breaking a character', () => {
  expect(shorten('ab😀', 3).isWellFormed()).toBe(true)
})
