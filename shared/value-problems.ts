/** What is wrong with a value that the user typed: codes with values, and the English words. German: value-problems.de.ts. */
import * as z from 'zod'
import { coded, type WordsFor, wordsFor } from './coded.ts'

const text = z.string()
const count = z.number()

/** Of a whole value, or of one line or rule of it. */
const plainProblemSchema = z.discriminatedUnion('code', [
  coded('not_switch', {}),
  coded('not_number', { whole: z.boolean(), min: count, max: count, orZero: z.boolean() }),
  coded('not_choice', { choices: z.array(text) }),
  coded('not_text', {}),
  coded('special_characters', {}),
  coded('too_short', { length: count }),
  coded('not_start', {}),
  coded('not_rules', {}),

  // An address.
  coded('no_scheme', {}),
  coded('no_address', {}),
  coded('with_user', {}),
  coded('plex_on_the_web', {}),
  coded('page_address', { address: text, withToken: z.boolean() }),
  coded('with_query', {}),
  coded('not_host', {}),
  coded('not_host_name', { name: text }),

  // A list of names.
  coded('not_names', {}),
  coded('name_not_closed', { number: count, name: text, write: text }),
  coded('text_after_name', { number: count, name: text, write: text }),
  coded('not_gender', { name: text, known: z.array(text) }),

  // A line around "=>".
  coded('no_arrow', {}),
  coded('second_arrow', {}),
  coded('nothing_before_arrow', {}),
  coded('nothing_after_arrow', {}),
  coded('renamed_to_nothing', {}),
  coded('renamed_before', { name: text }),
  coded('not_source', { word: text, known: z.array(text) }),
  coded('source_without_names', { source: text }),
  coded('no_tag', {}),
  coded('no_rating', {}),
  coded('arrow_without_tag', {}),
  coded('second_otherwise', {}),

  // A template.
  coded('brace_not_closed', { at: count }),
  coded('no_placeholder', { name: text, known: z.array(text) }),
  coded('nested_bracket', { at: count }),
  coded('bracket_not_closed', {}),

  // A path rule.
  coded('rule_not_closed', {}),
  coded('rule_without_arrow', {}),
  coded('rule_second_arrow', {}),
  coded('rule_without_stash', {}),
  coded('rule_without_plex', {}),
  coded('rule_taken', { number: count, stash: text }),
  coded('rule_without_group', {}),
  coded('not_whole_path', { side: text }),
  coded('right_not_whole_path', {}),
  coded('group_not_closed', { name: text }),
  coded('group_uses', { name: text, uses: count }),
  coded('no_such_group', { name: text, known: z.array(text) }),
  coded('outside_group', { sign: text }),
  coded('not_reversible', { sample: text }),
  /** `said` is what the system says of a regular expression. */
  coded('no_pattern', { said: text }),
])
export type PlainProblem = z.infer<typeof plainProblemSchema>

export const valueProblemSchema = z.union([
  plainProblemSchema,
  z.object({
    code: z.literal('line'),
    values: z.object({ number: count, text, example: text, problem: plainProblemSchema }),
  }),
  z.object({ code: z.literal('rule'), values: z.object({ number: count, text, problem: plainProblemSchema }) }),
])
export type ValueProblem = z.infer<typeof valueProblemSchema>

/** A code without words does not compile. Each is a phrase that follows the name of a setting. */
export type ValueProblemTexts = WordsFor<PlainProblem> & {
  readonly line: (values: { number: number; text: string; example: string; problem: string }) => string
  readonly rule: (values: { number: number; text: string; problem: string }) => string
}

export function problemPhrase(problem: ValueProblem, texts: ValueProblemTexts): string {
  if (problem.code === 'line')
    return texts.line({ ...problem.values, problem: problemPhrase(problem.values.problem, texts) })
  if (problem.code === 'rule')
    return texts.rule({ ...problem.values, problem: problemPhrase(problem.values.problem, texts) })
  return wordsFor(problem, texts)
}

const englishProblems: ValueProblemTexts = {
  not_switch: () => 'must be true or false',
  not_number: ({ whole, min, max, orZero }) =>
    `must be a ${whole ? 'whole number' : 'number'} from ${min} to ${max}${orZero ? ', or 0 to switch it off' : ''}`,
  not_choice: ({ choices }) => `must be one of ${choices.join(', ')}`,
  not_text: () => 'must be text',
  special_characters: () => 'must have no spaces and no special characters; copy it again',
  too_short: ({ length }) => `must have at least ${length} characters`,
  not_start: () => 'must be now, or a day such as 2026-01-31',
  not_rules: () => 'must be text: "stash prefix => plex prefix; …"',

  no_scheme: () => 'must start with http:// or https://',
  no_address: () => 'is not a complete address; expected something like http://192.168.1.10:32400',
  with_user: () => 'must not contain a user name or password',
  plex_on_the_web: () => 'is Plex on the web, not your server; use an address such as http://192.168.1.10:32400',
  page_address: ({ address, withToken }) =>
    `is a page, not the address of the server; use ${address}${withToken ? ', and put the token into plex_token' : ''}`,
  with_query: () => 'must not contain ? or #; paste tokens into their own setting',
  not_host: () => 'must be an address such as 127.0.0.1 or a host name, without port',
  not_host_name: ({ name }) =>
    `"${name}" is not a host name; expected something like plexsync or 192.168.1.10:9797, without http://`,

  not_names: () => 'must be names separated by commas',
  name_not_closed: ({ number, name, write }) =>
    `name ${number} (${name}): the double quote is not closed; write ${write}`,
  text_after_name: ({ number, name, write }) =>
    `name ${number} (${name}): text follows the closing quote; write ${write} if the quotes belong to the name`,
  not_gender: ({ name, known }) =>
    `"${name}" is no gender of Stash; expected names such as FEMALE, MALE (all: ${known.join(', ')})`,

  no_arrow: () => 'has no "=>"',
  second_arrow: () => 'has more than one "=>"; put a name that contains it into double quotes',
  nothing_before_arrow: () => 'nothing comes before "=>"',
  nothing_after_arrow: () => 'nothing follows "=>"',
  renamed_to_nothing: () => 'nothing follows "=>"; use tag_deny to leave a tag out',
  renamed_before: ({ name }) => `"${name}" is renamed by an earlier line already`,
  not_source: ({ word, known }) => `"${word}" is no source; expected ${known.join(', ')}`,
  source_without_names: ({ source }) => `${source} takes no names`,
  no_tag: () => 'names no tag',
  no_rating: () => 'names no rating after "=>"',
  arrow_without_tag: () => '"=>" follows tags; the line must begin with "tag:"',
  second_otherwise: () => 'there is already a line for all other scenes',

  brace_not_closed: ({ at }) => `the { at character ${at} is not closed`,
  no_placeholder: ({ name, known }) =>
    `there is no placeholder {${name}}, only ${known.map((one) => `{${one}}`).join(' ')}`,
  nested_bracket: ({ at }) => `the [ at character ${at} is inside another one; brackets do not nest`,
  bracket_not_closed: () => 'a [ is not closed',

  rule_not_closed: () => 'the double quote is not closed; add one, or remove it',
  rule_without_arrow: () => 'has no "=>"; write it as "stash prefix => plex prefix", such as /data => /media',
  rule_second_arrow: () =>
    'has more than one "=>"; separate rules with ";" and put a path that contains "=>" into double quotes',
  rule_without_stash: () => 'nothing comes before "=>"; put the folder as Stash sees it there',
  rule_without_plex: () => 'nothing comes after "=>"; put the folder as Plex sees it there',
  rule_taken: ({ number, stash }) => `rule ${number} already maps ${stash}; remove one of the two`,
  rule_without_group: () =>
    'looks like a regular expression without a named group; name what stays, as in /^/data/(?<rest>.+)$/ => /media/$<rest>',
  not_whole_path: ({ side }) => `"${side}" is not a whole path; begin it with /, a drive (D:\\) or \\\\server\\share`,
  right_not_whole_path: () =>
    'the right side is not a whole path; begin it with /, a drive (D:\\) or \\\\server\\share',
  group_not_closed: ({ name }) => `the group "${name}" is not closed; add ")"`,
  group_uses: ({ name, uses }) =>
    `uses the group "${name}" ${uses} times on the right; use $<${name}> once, so that the rule can be undone`,
  no_such_group: ({ name, known }) =>
    `$<${name}> names a group that the left side does not have; it has ${known.join(', ')}`,
  outside_group: ({ sign }) =>
    `"${sign}" is outside a named group and could not be undone; put it into one, as in (?<name>…), or write \\${sign} for the plain sign`,
  not_reversible: ({ sample }) =>
    `does not survive the way back: ${sample} cannot be distinguished from another path; make the groups narrower, such as [^/]+`,
  no_pattern: ({ said }) => `${said}; correct the pattern`,

  line: ({ number, text: shown, problem, example }) => `line ${number} "${shown}": ${problem}; example: ${example}`,
  rule: ({ number, text: shown, problem }) => `rule ${number} "${shown}": ${problem}`,
}

export function englishProblem(problem: ValueProblem): string {
  return problemPhrase(problem, englishProblems)
}
