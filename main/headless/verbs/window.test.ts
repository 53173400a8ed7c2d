import { expect, it } from 'vitest'
import { otherHost } from './window.ts'

it.each([
  ['nas.lan', 'http://nas.lan:9798/?token=t'],
  ['proxy.example:8443', 'http://proxy.example:8443/?token=t'],
  ['proxy.example:443', 'https://proxy.example/?token=t'],
  ['proxy.example:80', 'http://proxy.example/?token=t'],
  ['fe80::443', 'http://[fe80::443]:9798/?token=t'],
  ['fe80::1', 'http://[fe80::1]:9798/?token=t'],
  ['[fe80::1]:80', 'http://[fe80::1]/?token=t'],
])('the window is opened under %s', (host, expected) => {
  expect(otherHost('http://127.0.0.1:9798/?token=t', host)).toBe(expected)
})
