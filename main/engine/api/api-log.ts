/** What the calls log beside the rooms that they use. */
import { line } from '../log/line-template.ts'

export const apiLines = {
  leftOut: line('warning', '', 'Import: {reason}'),
}
