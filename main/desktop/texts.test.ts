import { expect, it } from 'vitest'
import { textsOf } from './texts.ts'

it.each(['en', 'de'] as const)('a notice about a wrong name in plex_library names it and the cure: %s', (language) => {
  const { title, body } = textsOf(language).notice.ofEngine({ kind: 'unknown_libraries', names: ['Clisp', 'Flims'] })
  expect(title).toContain('Clisp, Flims')
  expect(body).toContain('plex_library')
})
