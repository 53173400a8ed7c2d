import type { RatingKey } from '../../../shared/domain.ts'

/**
 * Address of an item's page in Plex Web, for the user to open; holds no token.
 * @param base the server's own address (its built-in Plex Web), or null for app.plex.tv.
 */
export function webUrl(base: string | null, machineIdentifier: string, ratingKey: RatingKey): string {
  const app = base === null ? 'https://app.plex.tv/desktop/' : `${base}/web/index.html`
  const key = encodeURIComponent(`/library/metadata/${ratingKey}`)
  return `${app}#!/server/${machineIdentifier}/details?key=${key}`
}
