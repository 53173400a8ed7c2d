/** A fault as it crosses a border or is stored. A code of another version of a table is left out: the message remains. */
import * as z from 'zod'
import { errorCodeSchema } from './domain.ts'
import { matchStepSchema } from './match-steps.ts'
import { remarkSchema } from './remarks.ts'
import { requestProblemSchema } from './request-problems.ts'
import type { Fault } from './result.ts'
import { valueProblemSchema } from './value-problems.ts'

/** What is kept of a fault long after it happened. */
export const reportedFaultSchema = z.object({
  code: errorCodeSchema,
  message: z.string(),
  problem: valueProblemSchema.optional().catch(undefined),
  because: requestProblemSchema.optional().catch(undefined),
  step: matchStepSchema.optional().catch(undefined),
  remark: remarkSchema.optional().catch(undefined),
})
export type ReportedFault = z.infer<typeof reportedFaultSchema>

export const faultSchema = reportedFaultSchema.extend({
  status: z.number().optional(),
  retryAfterMs: z.number().optional(),
})

export function reportedFault({ code, message, problem, because, step, remark }: Fault): ReportedFault {
  return {
    code,
    message,
    ...(problem !== undefined && { problem }),
    ...(because !== undefined && { because }),
    ...(step !== undefined && { step }),
    ...(remark !== undefined && { remark }),
  }
}
