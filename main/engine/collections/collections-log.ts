/** What collections log. Users search for these words; docs/troubleshoot.md quotes them. */
import { line } from '../log/line-template.ts'

export const collectionLines = {
  artWaits: line('warning', 'Worker', 'Art of collections waits: {problem}'),
  noPoster: line('warning', 'Worker', 'Collection {ratingKey}: no poster can be made: {problem}'),
  posterRefused: line('warning', 'Worker', 'Collection {ratingKey}: poster refused: {problem}'),
}
