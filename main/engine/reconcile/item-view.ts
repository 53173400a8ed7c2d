/** What can be known of an item from Plex's listing and from what is on record, without reading the item whole. Pure. */
import type { Change } from '../../../shared/domain.ts'
import type { Aim } from '../sync/aims.ts'
import type { InSync } from '../sync/items-in-sync.ts'
import type { SyncItem } from '../sync/sync-item.ts'
import { compareListed } from './compare.ts'
import type { Listed } from './plex-side.ts'

/** What is known of an item before it is read. */
export interface KnownItem {
  /** Null if the listing did not name it, or where none was read. */
  readonly listed: Listed | null
  /** The state in which it was in sync last; null if it never was. */
  readonly inSync: InSync | null
  /** What PlexSync wrote to it; null if it never did. */
  readonly record: SyncItem | null
}

/** `read` if the listing cannot say; else the changes that the item needs, none when it is in sync. */
export function viewItem(aim: Aim, { listed, inSync, record }: KnownItem): 'in_sync' | 'read' | readonly Change[] {
  if (listed === null) return 'read'
  if (inSync === null && record !== null) return 'read'
  if (inSync !== null) {
    if (inSync.wanted !== aim.key) return 'read'
    if (inSync.plexUpdatedAt !== null) return inSync.plexUpdatedAt === listed.updatedAt ? 'in_sync' : 'read'
    // Written, and not read again yet.
    const writtenAt = record?.writtenAt ?? null
    if (writtenAt === null || listed.updatedAt > Math.floor(writtenAt / 1000)) return 'read'
  }
  if (listed.item === null) return 'read'
  const compared = compareListed(aim, listed.item, record)
  if (compared === 'equal') return 'in_sync'
  if (inSync !== null) return compared === 'unsure' ? 'in_sync' : 'read'
  return compared === 'unsure' ? 'read' : compared
}
