/** What long work logs. */
import { line } from '../log/line-template.ts'

export const taskLines = {
  resumed: line('info', 'Queue', 'Resuming task {task:n} ({kind}) at {done:n}'),
  failed: line('error', 'Queue', 'Task {task:n} ({kind}) failed: {problem}'),
  endNotStored: line('error', 'Queue', 'The end of task {task:n} cannot be stored: {problem}'),
  progressNotStored: line('warning', 'Queue', 'Progress cannot be stored: {problem}'),
}
