/** What the worker and its upkeep log, beside the lines of single jobs (`sync-log.ts`). */
import { line } from '../log/line-template.ts'

export const workerLines = {
  cannotWork: line('error', 'Worker', 'The queue cannot be processed: {problem}'),
  leasesNotExtended: line('error', 'Worker', 'The leases could not be extended: {problem}'),
  batchFailed: line('error', 'Worker', 'A batch of {jobs:n} jobs failed: {problem}'),
  notPutBack: line('error', 'Worker', 'The jobs could not be requeued: {problem}'),
  scanAsked: line('info', 'Plex', 'Asked Plex to scan {folder}'),
  scanRefused: line('warning', 'Plex', 'Plex did not accept the request to scan {folder}: {problem}'),
  notShown: line(
    'warning',
    'Worker',
    'Plex does not show what was written to item {item}; scene {scene} is compared again',
  ),
  fileGone: line(
    'warning',
    'Worker',
    'Plex no longer has the file that was written as item {item}; scene {scene} is compared again',
  ),
  plexNews: line('info', 'Plex', '{what}; {scenes:n} scenes are checked again'),
  maintenanceFailed: line('error', '', 'Maintenance failed: {problem}'),
  adopted: line('info', 'Worker', 'Adopted {fields} of the Plex item {item}: Stash overwrites them'),
}
