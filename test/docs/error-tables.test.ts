import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { errorTables } from './error-tables.ts'

const file = fileURLToPath(new URL('../../docs/troubleshoot.md', import.meta.url))
const between = /(?<=<!-- errors [^\n]*-->\n)[\s\S]*(?=<!-- \/errors -->)/

describe('the error tables of troubleshoot.md', () => {
  it('are what shared/errors.ts says (UPDATE_DOCS=1 writes them again)', () => {
    const text = readFileSync(file, 'utf8').replaceAll('\r\n', '\n')
    const wanted = `${errorTables()}\n`
    if (process.env.UPDATE_DOCS === '1')
      writeFileSync(
        file,
        text.replace(between, () => wanted),
      )
    expect(between.exec(readFileSync(file, 'utf8').replaceAll('\r\n', '\n'))?.[0]).toBe(wanted)
  })
})
