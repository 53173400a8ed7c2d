/** The remark behind a sentence that a release before remarks has stored; null if the words leave a doubt. */
import * as z from 'zod'
import { fieldSchema, jobKindSchema } from './domain.ts'
import { englishRemark } from './remark-texts.ts'
import { type Remark, remarkOfFault } from './remarks.ts'
import { stepOfWords } from './step-of-words.ts'

/** Sentences without values are their own words. */
const fixed: readonly Remark[] = (
  [
    'gone_from_stash',
    'deleted_in_stash',
    'stopped_unexpectedly',
    'not_organized',
    'no_stash_id',
    'no_url',
    'not_tagged_so',
    'tagged_out',
    'no_metadata',
  ] as const
).map((code) => ({ code, values: {} }))

const fieldList = z.array(fieldSchema)
const skipped = ' (skip_not_found)'

export function remarkOfWords(sentence: string): Remark | null {
  const known = fixed.find((remark) => englishRemark(remark) === sentence)
  if (known !== undefined) return known
  const superseded = supersededOf100(sentence)
  if (superseded !== null) return superseded
  const read = readWritten(sentence) ?? readFannedOut(sentence) ?? readSuperseded(sentence) ?? readSkipped(sentence)
  // Only what says the very same in English.
  return read !== null && englishRemark(read) === sentence ? read : null
}

function readWritten(sentence: string): Remark | null {
  const [, what, written, left] = /^(Wrote (.+?)|Nothing to write)(?:; kept (.+))?$/.exec(sentence) ?? []
  if (what === undefined) return null
  const fields = fieldList.safeParse(written?.split(', ') ?? [])
  const kept = fieldList.safeParse(left?.split(', ') ?? [])
  if (!fields.success || !kept.success) return null
  return fields.data.length === 0
    ? { code: 'nothing_to_write', values: { kept: kept.data } }
    : { code: 'wrote', values: { fields: fields.data, kept: kept.data } }
}

function readFannedOut(sentence: string): Remark | null {
  const [, scenes, word, id] = /^(\d+) scenes carry (\w+) (\d+)$/.exec(sentence) ?? []
  const kind = jobKindSchema.safeParse(word)
  if (id === undefined || !kind.success) return null
  return { code: 'fanned_out', values: { scenes: Number(scenes), kind: kind.data, id } }
}

function readSuperseded(sentence: string): Remark | null {
  const [, job] = /^Continued by job (\d+)\.$/.exec(sentence) ?? []
  return job === undefined ? null : { code: 'superseded', values: { job: Number(job) } }
}

/** As 1.0.0 said it. */
function supersededOf100(sentence: string): Remark | null {
  const [, job] = /^Job (\d+) goes on with it\.$/.exec(sentence) ?? []
  return job === undefined ? null : { code: 'superseded', values: { job: Number(job) } }
}

function readSkipped(sentence: string): Remark | null {
  if (!sentence.endsWith(skipped)) return null
  const message = sentence.slice(0, -skipped.length)
  const step = stepOfWords(message)
  return { code: 'not_found_skipped', values: { message, ...(step !== null && { step }) } }
}

/** The same of a failure, of which those releases stored a code and the sentence. */
export function remarkOfFailure(code: string, message: string): Remark {
  return remarkOfFault({ code, message, step: stepOfWords(message) ?? undefined })
}
