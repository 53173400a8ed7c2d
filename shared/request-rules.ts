/**
 * What the contract asks of a value in a call, where the value breaks it: a rule with values, and the English phrases.
 * German: request-rules.de.ts. The parser's own sentences are English, so only its codes are used.
 */
import * as z from 'zod'

const count = z.number()

export const requestRuleSchema = z.discriminatedUnion('rule', [
  z.object({ rule: z.literal('present') }),
  z.object({
    rule: z.literal('type'),
    type: z.enum(['text', 'number', 'whole_number', 'switch', 'list', 'object', 'other']),
  }),
  z.object({ rule: z.literal('choice'), choices: z.array(z.string()) }),
  z.object({ rule: z.literal('least'), least: count, counts: z.boolean() }),
  z.object({ rule: z.literal('most'), most: count, counts: z.boolean() }),
  z.object({ rule: z.literal('id') }),
  z.object({ rule: z.literal('known'), unknown: z.array(z.string()) }),
  z.object({ rule: z.literal('contract') }),
])
export type RequestRule = z.infer<typeof requestRuleSchema>
type ValueType = Extract<RequestRule, { rule: 'type' }>['type']

/** By the parser's names; what is missing is of another type. */
const types: Readonly<Record<string, ValueType>> = {
  string: 'text',
  number: 'number',
  int: 'whole_number',
  boolean: 'switch',
  array: 'list',
  object: 'object',
  record: 'object',
}

/** The rule that an issue of the parser is about; `raw` is what was parsed. */
export function ruleOf(issue: z.core.$ZodIssue, raw: unknown): RequestRule {
  if (valueAt(raw, issue.path) === undefined && issue.path.length > 0) return { rule: 'present' }
  switch (issue.code) {
    case 'invalid_type':
      return { rule: 'type', type: types[issue.expected] ?? 'other' }
    case 'invalid_value':
      return { rule: 'choice', choices: issue.values.map(String) }
    case 'too_small':
      return { rule: 'least', least: Number(issue.minimum), counts: !isOfNumber(issue.origin) }
    case 'too_big':
      return { rule: 'most', most: Number(issue.maximum), counts: !isOfNumber(issue.origin) }
    case 'invalid_format':
      // Ids of scenes and items are the only texts of the contract with a form.
      return { rule: 'id' }
    case 'unrecognized_keys':
      return { rule: 'known', unknown: issue.keys }
    default:
      return { rule: 'contract' }
  }
}

function isOfNumber(origin: string): boolean {
  return origin === 'number' || origin === 'int'
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  let value = raw
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = Reflect.get(value, key)
  }
  return value
}

/** A phrase that follows the name of the value. */
export interface RequestRuleTexts {
  readonly present: string
  readonly types: Readonly<Record<ValueType, string>>
  readonly choice: (choices: string) => string
  readonly least: (least: number, counts: boolean) => string
  readonly most: (most: number, counts: boolean) => string
  readonly id: string
  readonly known: (names: string) => string
  readonly contract: string
}

export function rulePhrase(rule: RequestRule, texts: RequestRuleTexts): string {
  switch (rule.rule) {
    case 'type':
      return texts.types[rule.type]
    case 'choice':
      return texts.choice(rule.choices.join(', '))
    case 'least':
      return texts.least(rule.least, rule.counts)
    case 'most':
      return texts.most(rule.most, rule.counts)
    case 'known':
      return texts.known(rule.unknown.join(', '))
    default:
      return texts[rule.rule]
  }
}

export const englishRules: RequestRuleTexts = {
  present: 'is missing',
  types: {
    text: 'must be text',
    number: 'must be a number',
    whole_number: 'must be a whole number',
    switch: 'must be true or false',
    list: 'must be a list',
    object: 'must be an object',
    other: 'has the wrong type; the description is at /api/openapi.json',
  },
  choice: (choices) => `must be one of ${choices}`,
  least: (least, counts) =>
    counts ? `must not have fewer than ${least} entries or characters` : `must be ${least} or more`,
  most: (most, counts) =>
    counts ? `must not have more than ${most} entries or characters` : `must be ${most} or less`,
  id: 'must be a positive whole number',
  known: (names) => `does not take ${names}`,
  contract: 'is not what this call takes; the description is at /api/openapi.json',
}
