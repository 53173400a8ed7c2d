import type { Fault } from '../../shared/result.ts'
import type { App } from '../state/app.ts'

export interface FailureText {
  readonly title: string
  readonly seen: string
  readonly why: string
  readonly action: string
}

/** A fault in words. */
export function failureText(app: App, fault: Fault): FailureText {
  const { title, sentence, action } = app.language.error(fault.code)
  return { title, seen: problemOf(app, fault), why: sentence, action }
}

/** What is wrong, in the language of the window as far as there is a code for it. */
export function problemOf(app: App, { code, problem, because, step, remark, message }: Fault): string {
  if (problem !== undefined) return app.t.valueProblem(problem)
  if (because !== undefined) return app.t.requestProblem(because)
  if (step !== undefined) return app.t.matching.step(step)
  if (remark !== undefined) return app.t.remark(message, remark)
  // Who stopped it knows; every place has other words for it.
  return code === 'cancelled' ? '' : app.t.seen(message)
}
