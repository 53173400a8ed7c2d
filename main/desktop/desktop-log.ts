/** What the tray application logs beside the engine. Users search for these words; docs/troubleshoot.md quotes them. */
import { line } from '../engine/log/line-template.ts'

export const desktopLines = {
  notStarted: line('error', '', 'PlexSync could not start: {problem}'),
  notHandled: line('error', '', 'Not handled: {problem}'),
  noCommandLine: line('warning', '', 'The command line cannot reach this PlexSync: {problem}'),
  noStartAtLogin: line('warning', '', 'start_at_login could not be applied: {problem}'),
  noNotification: line('warning', '', 'A notification could not be shown: {problem}'),
  asleep: line('info', '', 'System is suspending; pausing'),
  awake: line('info', '', 'System resumed'),
  notRemembered: line('warning', '', '{file} cannot be written: {problem}'),
  memoryLost: line('warning', '', '{file} is not readable and starts empty: {problem}'),
}

export const keyringLines = {
  waits: line('info', '', 'The keyring has not answered yet; tokens and keys wait for it'),
  failed: line('warning', '', 'The keychain failed: {problem}'),
  notOpened: line('warning', '', '{file} cannot be opened: {problem}'),
  notRead: line('error', '', 'Tokens and keys cannot be read: {problem}'),
  moved: line('info', '', 'Tokens and keys were moved from secrets.json into the keychain'),
}

export const windowLines = {
  notLoaded: line('error', '', 'The window could not load {url}: {problem}'),
  ended: line('error', '', 'The window ended unexpectedly ({reason}, {exitCode})'),
  hangs: line('warning', '', 'The window does not respond'),
  messageRefused: line('warning', '', 'A message on {channel} from {from} was refused'),
  addressRefused: line('warning', '', 'An address of an unknown host was not opened'),
  downloadRefused: line('warning', '', 'A download was refused'),
  pageHeldBack: line('warning', '', 'A page tried to leave PlexSync and was blocked'),
}

export const updateLines = {
  none: line('debug', '', 'No updates: {reason}'),
  daily: line('debug', '', 'Checking for updates once a day'),
  failed: line('warning', '', 'The update failed: {problem}'),
  notLoaded: line('warning', '', 'Version {version} could not be loaded: {problem}'),
}
