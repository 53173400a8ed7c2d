/** What matching and the index log. Users search for these words; docs/troubleshoot.md quotes them. */
import { line } from '../log/line-template.ts'

export const matchLines = {
  searchingAll: line('info', '', 'Searching all {libraries:n} libraries (set plex_library to speed up)'),
  unknownNames: line('warning', '', 'plex_library: Plex has no library named {names}; the other libraries are written'),
  indexed: line('debug', 'Matcher', "Indexed {files:n} files of '{library}'"),
  /** The message of a fault: `SyncLog` prints it. */
  lowConfidence: line('warning', 'Matcher', "LOW confidence match for '{file}': {candidates} found"),
  notLooked: line('debug', 'Plex', 'Libraries could not be read: {problem}'),
  lookFailed: line('error', 'Plex', "Looking at Plex's libraries failed: {problem}"),
}
