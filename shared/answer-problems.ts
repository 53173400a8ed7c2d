/**
 * What is wrong with what a server sent, or with what was to be sent to it: codes with values, and the English sentences.
 * German: answer-problems.de.ts. `server` is its name, such as Plex or plex.tv.
 */
import * as z from 'zod'
import { coded, type WordsFor } from './coded.ts'
import { fieldSchema } from './domain.ts'

const text = z.string()

export const answerProblems = [
  coded('answer_damaged', { server: text }),
  /** `at` is the place in the data; null for the top. */
  coded('answer_unknown', { server: text, at: text.nullable() }),
  coded('no_graphql', {}),
  /** `type` is null where Stash does not say which. */
  coded('not_cover', { scene: text, type: text.nullable() }),
  coded('cover_too_large', { scene: text, megabytes: text }),
  coded('image_too_large', { megabytes: text }),
  coded('image_empty', {}),
  /** `status` is null where the connection was cut. */
  coded('values_refused', { fields: z.array(fieldSchema), refused: z.array(text), status: z.number().nullable() }),
  coded('too_many_refused', {}),
] as const

const answerSchema = z.discriminatedUnion('code', answerProblems)
type AnswerProblem = z.infer<typeof answerSchema>
export type AnswerProblemTexts = WordsFor<AnswerProblem>

export const englishAnswers: AnswerProblemTexts = {
  answer_damaged: ({ server }) => `${server} sent JSON that is cut off or damaged`,
  answer_unknown: ({ server, at }) => `${server} sent data of an unknown shape (at ${at ?? 'the top'})`,
  no_graphql: () => 'Stash sent JSON that is no answer to a query',
  not_cover: ({ scene, type }) => `Stash sent ${type ?? 'something unknown'} in place of the cover of scene ${scene}`,
  cover_too_large: ({ scene, megabytes }) =>
    `The cover of scene ${scene} has ${megabytes} MB; Plex takes at most 10 MB. Use a smaller image in Stash`,
  image_too_large: ({ megabytes }) =>
    `The image has ${megabytes} MB; Plex takes at most 10 MB. Use a smaller image in Stash`,
  image_empty: () => 'The image is empty; set another one in Stash',
  values_refused: ({ fields, refused, status }) =>
    `Plex refuses ${refused.map((value) => (value === '' ? 'an empty value' : `'${value}'`)).join(', ')} (${fields.join(', ')}; ${status ?? 'connection cut'}). Everything else was written.`,
  too_many_refused: () => 'Plex refuses too many values at the same time',
}
