import { expect, it } from 'vitest'
import { readStartOptions } from './start-options.ts'

it('reads both ways to name the data folder, among arguments of others', () => {
  expect(readStartOptions(['/app', '--data-dir', '/data', '--no-sandbox'])).toEqual({
    dataFolder: '/data',
    hidden: false,
  })
  expect(readStartOptions(['--hidden', '--data-dir=/with space'])).toEqual({ dataFolder: '/with space', hidden: true })
  expect(readStartOptions(['/app'])).toEqual({ dataFolder: undefined, hidden: false })
})
