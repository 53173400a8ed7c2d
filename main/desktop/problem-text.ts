/** What a fault is about, in words. Not among the texts of the tray: those are loaded before anything else. */
import { germanFault } from '../../shared/errors.de.ts'
import { germanRequestProblem } from '../../shared/request-problems.de.ts'
import type { Fault } from '../../shared/result.ts'
import type { Language } from './texts.ts'

/** What was seen, or why PlexSync itself declined. */
export function problemText(language: Language, { code, message, because }: Fault): string {
  if (language === 'en') return message
  return because === undefined ? germanFault(code, message) : germanRequestProblem(because)
}
