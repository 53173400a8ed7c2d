/** The Plex that the facts are held against: one that the user names (`npm run test:plex`), or the simulated one. */
import { startPlexServer } from '../harness/plex-server.ts'

export interface PlexTarget {
  readonly url: string
  readonly token: string
  /** Title of a movie-type library; only items of it are edited, and put back. */
  readonly library: string
  close(): Promise<void>
}

export async function openPlexTarget(): Promise<PlexTarget> {
  const url = process.env.PLEXSYNC_TEST_PLEX ?? ''
  if (url !== '') {
    const token = process.env.PLEXSYNC_TEST_PLEX_TOKEN ?? ''
    const library = process.env.PLEXSYNC_TEST_PLEX_LIBRARY ?? ''
    if (token === '' || library === '')
      throw new Error(
        'PLEXSYNC_TEST_PLEX_TOKEN and PLEXSYNC_TEST_PLEX_LIBRARY are needed as well. Nothing was changed.',
      )
    return { url: url.replace(/\/+$/, ''), token, library, close: async () => {} }
  }
  const server = await startPlexServer()
  server.library.addSection({ title: 'Contract', locations: ['/media'] })
  const keys = Array.from(
    { length: 5 },
    (_, at) => server.library.addItem({ section: 1, file: `/media/contract ${at}.mp4` }).ratingKey,
  )
  server.playback.accounts.set(7, 'Guest')
  for (const [at, ratingKey] of keys.slice(0, 3).entries())
    server.playback.watch(ratingKey, { viewedAt: 1_700_000_000 + at * 3600, accountId: at === 1 ? 7 : 1 })
  return { url: server.url, token: server.token, library: 'Contract', close: () => server.close() }
}
