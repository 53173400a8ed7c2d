import { expect, test } from 'vitest'
import { line, patternOf } from './line-template.ts'

const slow = line('warning', 'Hook', "Hook '{name}' took {ms:f}ms for {count:n} scenes (twice?)")

test('a line has its values in their places', () => {
  expect(slow({ name: 'a{count}', ms: 12.34, count: 7 })).toEqual([
    'warning',
    'Hook',
    "Hook 'a{count}' took 12.3ms for 7 scenes (twice?)",
  ])
  expect(line('info', '', 'Initialization complete')()).toEqual(['info', '', 'Initialization complete'])
})

test('its pattern fits what it can become, and nothing else', () => {
  const pattern = patternOf(slow.template)
  expect(pattern.test(slow({ name: 'x', ms: 1, count: 0 })[2])).toBe(true)
  expect(pattern.test("Hook 'x' took 1ms for 0 scenes (twice?)")).toBe(false)
  expect(pattern.test("Hook 'x' took 1.0ms for some scenes (twice?)")).toBe(false)
  expect(pattern.test("Hook 'x' took 1.0ms for 0 scenes twice")).toBe(false)
})
