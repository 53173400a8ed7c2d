/** Which addresses may be opened outside of the window. Pure. */

/** Sign-in, the account's pages and help. */
const plexHosts: readonly string[] = ['app.plex.tv', 'plex.tv', 'www.plex.tv', 'support.plex.tv']

/**
 * Whether the system's browser may open `address`: https on Plex's own hosts, and pages of the two servers that the
 * user configured, which are often plain http in a home network. Everything else, and above all other schemes, could
 * start programs.
 */
export function mayOpen(address: string, serverUrls: readonly string[]): boolean {
  const url = URL.parse(address)
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return false
  // `https://plex.tv@elsewhere.example/` is not what it looks like.
  if (url.username !== '' || url.password !== '') return false
  if (url.protocol === 'https:' && url.port === '' && plexHosts.includes(url.hostname)) return true
  return serverUrls.some((server) => URL.parse(server)?.origin === url.origin)
}
