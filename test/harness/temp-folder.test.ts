import { existsSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { makeTempFolder } from './temp-folder.ts'

test('the folder goes with everything in it', async () => {
  let path: string
  {
    await using folder = await makeTempFolder()
    path = folder.path
    writeFileSync(folder.file('inside.txt'), 'text')
    expect(existsSync(folder.file('inside.txt'))).toBe(true)
  }
  expect(existsSync(path)).toBe(false)
})
