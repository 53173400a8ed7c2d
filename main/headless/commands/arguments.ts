/** Arguments that several commands take. */
import { InvalidArgumentError } from 'commander'

export const detachHelp = 'leave the work to the running PlexSync and print {"task"}'

export function positive(text: string): number {
  const number = Number(text)
  if (!(number > 0)) throw new InvalidArgumentError('must be a number above 0')
  return number
}

export function days(text: string): number {
  const number = Number(text.replace(/d(ays?)?$/, ''))
  if (!(number >= 0)) throw new InvalidArgumentError('must be a number of days, such as 30')
  return number
}
