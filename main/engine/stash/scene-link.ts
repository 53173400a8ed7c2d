/** The page of a scene in Stash; null while the address is not set. */
export function stashLink(stashUrl: string, sceneId: string): string | null {
  return stashUrl === '' ? null : `${stashUrl}/scenes/${encodeURIComponent(sceneId)}`
}
