/** The tables of docs/troubleshoot.md that are made from the error table. */
import { classOf, type ErrorClass, type ErrorCode, errorCodes, errors } from '../../shared/errors.ts'

/** Faults of commands and of the start: no job ever has them. */
const neverOfJobs: ReadonlySet<ErrorCode> = new Set([
  'invalid_input',
  'unknown_name',
  'not_configured',
  'already_running',
  'port_in_use',
  'cannot_store',
  'database_damaged',
  'stash_too_old',
  'held_back',
  'cancelled',
])

/** What becomes of a job, by class. */
const dispositions: Readonly<Record<ErrorClass, string>> = {
  transient: 'retried, `max_retries`',
  server_down: 'waits, no attempt counted',
  not_found: 'retried, 12 tries',
  auth: 'waits, no attempt counted',
  setting: 'waits, no attempt counted',
  unknown: 'retried, `max_retries`',
  needs_you: 'dead letter, needs a decision',
  permanent: 'dead letter',
}

const transient: readonly ErrorClass[] = ['transient', 'server_down', 'not_found', 'auth', 'setting', 'unknown']

/** Both tables as Markdown, without a line break at the end. */
export function errorTables(): string {
  const rows = (isOurs: (one: ErrorClass) => boolean): string[] =>
    errorCodes.filter((code) => !neverOfJobs.has(code) && isOurs(classOf(code))).map(row)
  return [
    ...head('**Transient**: it can pass. PlexSync retries, or waits, automatically.'),
    ...rows((one) => transient.includes(one)),
    '',
    ...head('**Permanent**: another attempt would change nothing. You have to act.'),
    ...rows((one) => !transient.includes(one)),
  ].join('\n')
}

function head(sentence: string): string[] {
  return [sentence, '', '| code | class | disposition | what happened | what to do |', '|---|---|---|---|---|']
}

function row(code: ErrorCode): string {
  const { title, sentence, action } = errors[code]
  return `| \`${code}\` | ${classOf(code)} | ${dispositions[classOf(code)]} | **${title}.** ${sentence} | ${action} |`.replaceAll(
    '?.**',
    '?**',
  )
}
