import { isScalar, parseDocument, visit } from 'yaml'
import * as z from 'zod'

/** Every scalar stays text, as the reader's types decide what it is; an empty one is null. */
export type Yaml = string | null | Yaml[] | { [key: string]: Yaml }

const yamlSchema: z.ZodType<Yaml> = z.lazy(() =>
  z.union([z.string(), z.null(), z.array(yamlSchema), z.record(z.string(), yamlSchema)]),
)

/** Parses one document as strictly as Stash does; throws with the line number on anything wrong. */
export function parseYaml(text: string): Yaml {
  const document = parseDocument(text, { schema: 'failsafe', prettyErrors: true })
  const [error] = [...document.errors, ...document.warnings]
  if (error) throw new Error(`yaml: line ${error.linePos?.[0].line ?? '?'}: ${error.message}`)
  visit(document, {
    Scalar(_key, node) {
      if (isScalar(node) && node.type === 'PLAIN' && ['', '~', 'null'].includes(node.source ?? '')) node.value = null
    },
  })
  return yamlSchema.parse(document.toJS() ?? null)
}
