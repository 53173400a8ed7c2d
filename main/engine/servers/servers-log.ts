/** What gates and identities log. Users search for these words; docs/troubleshoot.md quotes them. */
import { line } from '../log/line-template.ts'

export const serverLines = {
  circuitOpened: line('warning', 'Worker', 'Circuit breaker OPENED - pausing processing'),
  circuitClosed: line('info', 'Worker', 'Circuit breaker CLOSED - resuming processing'),
  authFailed: line('error', '', 'Authentication failed: Unauthorized'),
  held: line('warning', 'Worker', '{problem}; changes are kept until then'),
  released: line('info', 'Worker', 'The server can be used again; processing continues'),
  notStored: line('error', 'Worker', 'The state of {server} was not stored: {problem}'),
  plexChanged: line('warning', '', 'Plex server changed; discarding the index and treating its items as new'),
}
