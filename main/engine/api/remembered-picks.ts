/** What the user decided about matches, as a file of settings carries it. */
import type { Database } from '../database/open.ts'
import { bindToServer, indexOwnerOf } from '../match/index-owner.ts'
import type { PartIndex } from '../match/part-index.ts'
import type { Picks } from '../match/picks.ts'
import type { RememberedPicks } from '../settings/export.ts'

export function rememberedPicks(db: Database, picks: Picks, index: PartIndex): RememberedPicks {
  return {
    server: indexOwnerOf(db),
    bindTo: (server) => void bindToServer(db, server, index, picks),
    list: () => picks.list(),
    remember: (pick) => picks.remember({ ...pick, sceneId: null }),
  }
}
