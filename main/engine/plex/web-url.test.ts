import { expect, it } from 'vitest'
import { webUrl } from './web-url.ts'

it('leads to the item in the server’s own Plex Web or at app.plex.tv', () => {
  const page = '#!/server/abc/details?key=%2Flibrary%2Fmetadata%2F7'
  expect(webUrl('http://nas:32400', 'abc', '7')).toBe(`http://nas:32400/web/index.html${page}`)
  expect(webUrl(null, 'abc', '7')).toBe(`https://app.plex.tv/desktop/${page}`)
})
