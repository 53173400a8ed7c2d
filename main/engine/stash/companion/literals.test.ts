import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { parseYaml } from '../../../../test/harness/strict-yaml.ts'
import { javascriptLiteral, pythonLiteral, yamlLiteral } from './literals.ts'

const nasty = [
  'plain',
  `quotes " ' \` and \\ backslashes \\n`,
  'lines\nand\r\nends\u2028\u2029\u0085',
  '#comment: {flow} [list] & *alias %d $x {pluginDir}',
  '</script><!--',
  'Grüße, 日本, 👩‍🚀',
  '\u0000\u0007\u001b\u007f\u0080\ufeff',
]

describe('literals', () => {
  it.each(nasty)('are plain ASCII without line ends: %j', (text) => {
    for (const literal of [javascriptLiteral(text), pythonLiteral(text), yamlLiteral(text)])
      expect(literal).toMatch(/^"[\x20-\x7e]*"$/)
  })

  it.each(nasty)('of JavaScript mean the text: %j', (text) => {
    expect(runInNewContext(javascriptLiteral(text))).toBe(text)
  })

  it('of YAML are read back as the same text', () => {
    for (const text of nasty.slice(0, 5)) expect(parseYaml(`key: ${yamlLiteral(text)}`)).toEqual({ key: text })
  })

  it('of Python and YAML have one escape for characters beyond U+FFFF', () => {
    expect(pythonLiteral('👩')).toBe('"\\U0001f469"')
    expect(yamlLiteral('👩')).toBe('"\\U0001f469"')
    expect(javascriptLiteral('👩')).toBe('"\\ud83d\\udc69"')
  })
})
