/** What the wiring logs. Users search for these words; docs/troubleshoot.md quotes them. */
import { line } from './log/line-template.ts'

export const engineLines = {
  ready: line('info', '', 'Initialization complete'),
  settingsWrong: line('error', '', 'Configuration error: {problem}'),
  settingMissing: line('warning', '', 'Configuration error: {name}: {name} is required'),
  disabled: line('warning', '', 'PlexSync is disabled via configuration'),
  requeued: line('info', 'Queue', 'Requeued {jobs:n} interrupted jobs'),
}
