import { expect, test } from 'vitest'
import { parseYaml } from './strict-yaml.ts'

test('a manifest as people write it', () => {
  const text = `# requires: Other
name: PlexSync
description: "Says \\"hi\\" to: everyone"   # a comment
version: 1.0.0
exec:
  - python
  - "{pluginDir}/x.py"
interface: raw
hooks:
- name: Tell
  description: |
    Two lines
    of text
  triggeredBy:
    - Scene.Update.Post
    - Scene.Create.Post
settings:
  url:
    displayName: 'It''s the address'
    type: STRING
ui: {csp: {}, javascript: [a.js, "b.js"]}
empty:
`
  expect(parseYaml(text)).toEqual({
    name: 'PlexSync',
    description: 'Says "hi" to: everyone',
    version: '1.0.0',
    exec: ['python', '{pluginDir}/x.py'],
    interface: 'raw',
    hooks: [
      {
        name: 'Tell',
        description: 'Two lines\nof text\n',
        triggeredBy: ['Scene.Update.Post', 'Scene.Create.Post'],
      },
    ],
    settings: { url: { displayName: "It's the address", type: 'STRING' } },
    ui: { csp: {}, javascript: ['a.js', 'b.js'] },
    empty: null,
  })
})

test('JSON is YAML', () => {
  const list = [{ id: 'a', date: '2025-01-01 00:00:00', requires: [], path: 'a.zip' }]
  expect(parseYaml(JSON.stringify(list, null, 2))).toEqual(list)
})

test.each([
  ['a bare placeholder', 'exec:\n  - python\n  - {pluginDir}/x.py\n', /line 3/],
  ['a key twice', 'a: 1\na: 2\n', /line 2.*unique/],
  ['two colons', 'a: b: c\n', /line 1.*mappings/],
  ['a tab', 'a:\n\tb: c\n', /line 2.*[Tt]ab/],
  ['a wrong indent', 'a: 1\n   b: 2\n', /line 1.*mappings/],
])('%s is an error', (_name, text, message) => {
  expect(() => parseYaml(text)).toThrow(message)
})
