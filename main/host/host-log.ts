/** What both hosts and the command line log. Users search for these words; docs/troubleshoot.md quotes them. */
import { line } from '../engine/log/line-template.ts'

export const hostLines = {
  fatal: line('error', '', 'Fatal error: {problem}'),
  callFailed: line('error', '', 'The call {name} failed: {problem}'),
  requestFailed: line('error', '', 'A request of the window failed: {problem}'),
  requestBrokenOff: line('debug', '', 'A request of the window was aborted: {problem}'),
  openToNetwork: line('warning', '', '{name} is {host}: other machines of the network can reach it'),
}
