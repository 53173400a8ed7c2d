/** What settings and their secrets log. Users search for these words; docs/troubleshoot.md quotes them. */
import { line } from '../log/line-template.ts'

export const settingLines = {
  /** Only names: a value may be a token. */
  changed: line('info', '', 'Settings changed: {names}'),
  notTakenOver: line('error', '', 'A change of settings could not be applied: {problem}'),
  notPutBack: line('error', '', '{name} could not be put back: {problem}'),
  defaultUsed: line('warning', '', 'Configuration error: {name}: {name} {problem}; the default {value} is used'),
  storedNotUsed: line('warning', '', 'Configuration error: {name}: {name} {problem}; the stored value is not used'),
  unknown: line('warning', '', 'The stored setting {name} is unknown to this version; it is left alone'),
}

export const secretsFileLines = {
  notReadAgain: line('error', '', '{problem}; the secrets read before stay in use'),
  rightsRepaired: line(
    'warning',
    '',
    '{file} could be read by other users (mode {mode}); this was repaired. If others use this machine, renew tokens and keys.',
  ),
  rightsNotRepaired: line(
    'warning',
    '',
    '{file} could be read by other users (mode {mode}), and this cannot be repaired: {problem}',
  ),
  damagedCopy: line('warning', '', 'No tokens and keys are stored; a damaged copy of them is {file}'),
}
