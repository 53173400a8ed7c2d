/** What the log says of itself. */
import { line } from './line-template.ts'

export const loggerLines = {
  noFile: line('warning', '', 'No log file, lines are only printed: {problem}'),
  viewFailed: line('warning', '', 'A view of the log failed and was closed: {problem}'),
  linesLost: line('error', '', 'The log file cannot be written; {lines:n} lines are lost so far'),
}
