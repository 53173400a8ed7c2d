/** What the queue logs, and those who wait for it. Users search for these words; docs/troubleshoot.md quotes them. */
import { line } from '../log/line-template.ts'

export const queueLines = {
  deadLetters: line('warning', '', 'DLQ contains {count:n} failed jobs requiring review'),
  timeout: line('warning', '', 'Timeout waiting for queue ({remaining:n} items remaining)'),
  purged: line('info', 'Queue', 'Removed {count:n} dead letters older than {days:n} days'),
}
