/** What a comparison of both libraries logs. Users search for these words; docs/troubleshoot.md quotes them. */
import { line } from '../log/line-template.ts'

export const reconcileLines = {
  scheduled: line('info', 'Reconcile', 'Scheduled comparison ({interval}, scope {scope})'),
  resumed: line('info', 'Reconcile', 'Resuming the interrupted comparison after scene {scene:n}'),
  endedEarly: line('warning', 'Reconcile', 'The comparison ended early: {problem}'),
  failed: line('error', 'Reconcile', 'The comparison failed: {problem}'),
  compared: line(
    'info',
    'Reconcile',
    'Compared {scenes:n} scenes with {items:n} Plex items ({stash:n} requests to Stash, {plex:n} to Plex)',
  ),
  gaps: line('info', 'Reconcile', 'Gaps: {found}'),
  dryRun: line('info', 'Reconcile', 'Dry run: nothing enqueued'),
  enqueued: line('info', 'Reconcile', 'Enqueued {scenes:n} scenes'),
  noMetadata: line(
    'info',
    'Reconcile',
    'Skipped (no Stash metadata yet): {count:n} - add studio/performers/tags/date/details to allow sync',
  ),
  noFile: line('info', 'Reconcile', 'Skipped (no file): {count:n} - attach a file in Stash'),
  alreadyQueued: line(
    'info',
    'Reconcile',
    'Skipped (already queued): {count:n} - waiting, or in the dead letters and unchanged',
  ),
  switchedOff: line('info', 'Reconcile', 'Skipped (not in Plex): {count:n} - reconcile_missing is off'),
}
