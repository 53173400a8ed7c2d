/** The kinds of long work that are one call each: how a task of it begins, ends and continues. */
import type { Handlers, ParsedRequestOf, ResponseOf } from '../../../shared/contract.ts'
import type { Result } from '../../../shared/result.ts'
import { secretNames } from '../../../shared/settings.ts'
import type { TaskRun } from '../task-run.ts'

/** The call whose result a task of the kind has. */
export const callOfKind = {
  plan: 'planScenes',
  gaps: 'enqueueGaps',
  rewrite: 'rewriteItems',
  adopt: 'adoptLocks',
  preview: 'previewSettings',
  backup: 'createBackup',
  restore: 'restoreBackup',
  import: 'importSettings',
  retry: 'retryDeadLetters',
  discard: 'discardDeadLetters',
  undo_discard: 'restoreDeadLetters',
  purge: 'purgeDeadLetters',
  doctor: 'runHealthChecks',
  paths_test: 'testPaths',
  paths_suggest: 'suggestPaths',
  clear_pictures: 'clearPictures',
  plugin_install: 'installPlugin',
  activity_pull: 'pullPlays',
  activity_undo: 'undoPlays',
} as const

export type LongKind = keyof typeof callOfKind
export type CallOf<K extends LongKind> = (typeof callOfKind)[K]
type AskedOf<K extends LongKind> = ParsedRequestOf<CallOf<K>>

/** Calls that a task runs as they are: they show no progress. */
export type PlainCalls = 'createBackup' | 'importSettings' | 'installPlugin' | 'runHealthChecks' | 'clearPictures'
type LongCalls = CallOf<LongKind>
export type LongWork = {
  readonly [N in Exclude<LongCalls, PlainCalls>]: (
    request: ParsedRequestOf<N>,
    run: TaskRun,
  ) => Promise<Result<ResponseOf<N>>>
}
/** What the calls of long work answer to any caller. */
export type LongHandlers = Pick<Handlers, LongCalls>

interface Way<K extends LongKind> {
  /** Whether the request is kept on disk, with which it continues after a restart: never one that holds a secret. */
  readonly continues: (request: AskedOf<K>) => boolean
  /** Whether the work is of no use without the caller that waits for it. */
  readonly endsWithCaller: (request: AskedOf<K>) => boolean
  /** A task of this kind that runs already is the one that is meant. */
  readonly join?: boolean
  /** Only the latest is kept. */
  readonly routine?: boolean
}

const always = (): boolean => true
const never = (): boolean => false
const isDryRun = ({ dry_run }: { readonly dry_run: boolean }): boolean => dry_run

export const ways: { readonly [K in LongKind]: Way<K> } = {
  // It changes nothing, and its result is long: only the latest is kept.
  plan: { continues: always, endsWithCaller: always, routine: true },
  gaps: { continues: always, endsWithCaller: never },
  rewrite: { continues: always, endsWithCaller: never, join: true },
  adopt: { continues: always, endsWithCaller: isDryRun },
  // It changes nothing, so it may start again from the beginning.
  preview: {
    continues: ({ values }) => !Object.keys(values).some((name) => (secretNames as readonly string[]).includes(name)),
    endsWithCaller: always,
  },
  // Half a copy is of no use.
  backup: { continues: never, endsWithCaller: always },
  // Cut off, either the old or the restored database is there at the next start.
  restore: { continues: never, endsWithCaller: never },
  // The document may hold secrets, and the passphrase opens them. It is read in one transaction.
  import: { continues: never, endsWithCaller: never },
  retry: { continues: always, endsWithCaller: never },
  discard: { continues: always, endsWithCaller: never },
  undo_discard: { continues: always, endsWithCaller: never },
  purge: { continues: always, endsWithCaller: never },
  doctor: { continues: always, endsWithCaller: always, routine: true },
  paths_test: { continues: always, endsWithCaller: always, routine: true },
  paths_suggest: { continues: always, endsWithCaller: always, routine: true },
  clear_pictures: { continues: always, endsWithCaller: never },
  plugin_install: { continues: never, endsWithCaller: never },
  activity_pull: { continues: always, endsWithCaller: isDryRun },
  activity_undo: { continues: always, endsWithCaller: never },
}
