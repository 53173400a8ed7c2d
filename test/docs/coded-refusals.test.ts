import { globSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { ErrorCode } from '../../shared/errors.ts'

/** Codes that only PlexSync itself gives: their sentences are its own, and the window says them in its language. */
const ownCodes: readonly ErrorCode[] = [
  'invalid_input',
  'unknown_name',
  'not_configured',
  'no_library',
  'item_taken',
  'item_gone',
  'no_file_path',
  'port_in_use',
  'stash_too_old',
]
/** Not shown in the window: answers to a hook, files that are read at the start, calls outside of the contract. */
const elsewhere = [
  'main/engine/intake/hook.ts',
  'main/engine/log/log-ring.ts',
  'main/engine/plex/client.ts',
  'main/engine/settings/secrets-file.ts',
  'main/engine/settings/settings-store.fixture.ts',
  'main/engine/stash/watching.ts',
]

it('every refusal of the engine has a code', () => {
  const plain = new RegExp(`\\bfail\\(\\s*'(${ownCodes.join('|')})',\\s*['\`][^)]*\\)`, 'g')
  const found = globSync('main/engine/**/*.ts')
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => !file.endsWith('.test.ts') && !elsewhere.includes(file))
    .flatMap((file) => (readFileSync(file, 'utf8').match(plain) ?? []).map((call) => `${file}: ${call}`))
    .filter((call) => !call.includes('englishProblem(')) // with `problem`, a code of value-problems.ts
  expect(found).toEqual([])
})
