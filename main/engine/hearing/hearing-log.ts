/** What finding changes without a hook logs. */
import { line } from '../log/line-template.ts'

const looked = 'Looked for changes: {found:n} found, {gone:n} gone'

export const hearingLines = {
  baselineSet: line(
    'info',
    'Sweep',
    'Baseline set: {scenes:n} scenes of Stash are known; from now on changes are noticed',
  ),
  found: line('info', 'Sweep', 'Found {scenes:n} scenes that changed without a hook'),
  gone: line('info', 'Sweep', '{scenes:n} scenes are gone from Stash; Plex is left alone'),
  looked: line('debug', 'Sweep', looked),
  lookedInVain: line('trace', 'Sweep', looked),
  notFinished: line('debug', 'Sweep', 'Sweep not finished: {problem}'),
  failed: line('error', 'Sweep', 'The sweep failed: {problem}'),
  scenesLost: line(
    'warning',
    'Sweep',
    'Stash has lost {scenes:n} scenes, more than half of them: nothing is forgotten',
  ),
  entitiesLost: line('warning', 'Sweep', 'Stash has lost {lost:n} of {known:n} {kind}s: their scenes are left alone'),
  fannedOut: line('info', 'Hook', 'Enqueued {scenes:n} scenes that have {kind} {id}'),
  jobsFollowed: line('debug', 'Stash', 'Subscribed to the jobs of Stash'),
  noWebsocket: line('debug', 'Stash', 'No websocket to Stash: changes without a hook are found by polling'),
}
