/** What a fault is about, in words. Not among the texts of the tray: those are loaded before anything else. */
import { germanFault } from '../../shared/errors.de.ts'
import { germanStep } from '../../shared/match-texts.de.ts'
import { germanRemark } from '../../shared/remark-texts.de.ts'
import { germanRequestProblem } from '../../shared/request-problems.de.ts'
import type { Fault } from '../../shared/result.ts'
import { germanProblems } from '../../shared/value-problems.de.ts'
import { problemPhrase } from '../../shared/value-problems.ts'
import type { Language } from './texts.ts'

/** What was seen, or why PlexSync itself declined. */
export function problemText(language: Language, { code, message, problem, because, step, remark }: Fault): string {
  if (language === 'en') return message
  if (problem !== undefined) return problemPhrase(problem, germanProblems)
  if (because !== undefined) return germanRequestProblem(because)
  if (step !== undefined) return germanStep(step)
  return remark === undefined ? germanFault(code, message) : germanRemark(remark)
}
