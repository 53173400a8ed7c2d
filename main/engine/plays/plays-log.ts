/** What plays coming back from Plex log. Names of accounts stay out of it. */
import { line } from '../log/line-template.ts'

const pulled =
  'Pulled: {added:n} plays added, {parked:n} parked, {known:n} skipped as known, {failed:n} failed; {resume:n} resume points, {ratings:n} ratings'

export const playLines = {
  added: line('info', 'Plays', 'Scene {scene}: added {plays:n} plays'),
  pulled: line('info', 'Plays', pulled),
  pulledNothing: line('debug', 'Plays', pulled),
  pullFailed: line('warning', 'Plays', 'The pull failed: {problem}'),
  ratingsBothWays: line(
    'warning',
    'Plays',
    'activity_ratings stays off: sync_rating is on, and ratings go in one direction only',
  ),
  noWebsocket: line('debug', 'Plays', 'No websocket to Plex: plays are found by polling'),
}
