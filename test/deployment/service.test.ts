/** The systemd unit: systemd finds nothing to say about it, its command starts PlexSync, and a user's systemd runs it. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, symlinkSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { makeTempFolder, type TempFolder } from '../harness/temp-folder.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const unit = fileURLToPath(new URL('../../main/headless/plexsync.service', import.meta.url))
const text = readFileSync(unit, 'utf8')
const directive = (name: string): string => new RegExp(`^${name}=(.*)$`, 'm').exec(text)?.[1] ?? ''

/** A home with the checkout where the unit expects it. */
async function makeHome(): Promise<TempFolder> {
  const home = await makeTempFolder('plexsync-home-')
  symlinkSync(root, home.file('plexsync'))
  return home
}

it('is a unit that systemd accepts', async ({ skip }) => {
  skip(spawnSync('systemd-analyze', ['--version']).status !== 0, 'systemd-analyze is missing; it comes with systemd')
  await using home = await makeHome()
  const environment = { PATH: process.env.PATH, HOME: home.path, XDG_RUNTIME_DIR: home.path }
  const verified = spawnSync('systemd-analyze', ['verify', '--user', unit], { env: environment, encoding: 'utf8' })
  expect([verified.status, verified.stdout, verified.stderr]).toEqual([0, '', ''])
})

it.skipIf(process.platform === 'win32')('starts with its command, and ends in order within its time', async () => {
  await using home = await makeHome()
  const [program = '', ...args] = directive('ExecStart').replaceAll('%h', home.path).split(' ')
  const own = ['--ready-json', '--webhook-port', '0', '--ui-port', '0', '--data-dir', home.file('data')]
  const child = spawn(program, [...args, ...own], { env: { HOME: home.path }, stdio: ['ignore', 'pipe', 'ignore'] })
  const ended = once(child, 'exit')
  const [line] = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), ended])
  expect(JSON.parse(String(line))).toMatchObject({ ready: true })
  child.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
  expect(Number(directive('TimeoutStopSec'))).toBeGreaterThan(30)
  // Wrong usage, and what is not set up: the exit codes of the command line.
  expect(directive('RestartPreventExitStatus')).toBe('2 3')
})

it('is run by a user’s systemd', async ({ skip }) => {
  const state = spawnSync('systemctl', ['--user', 'is-system-running'], { encoding: 'utf8' })
  skip(
    !['running', 'degraded'].includes(String(state.stdout).trim()),
    'no systemd runs for this user; try it in a session that has one',
  )
  await using home = await makeHome()
  const name = `plexsync-test-${process.pid}`
  const command = directive('ExecStart').replaceAll('%h', home.path).split(' ')
  const own = ['--webhook-port', '0', '--ui-port', '0', '--data-dir', home.file('data')]
  const properties = ['TimeoutStopSec', 'UMask', 'NoNewPrivileges'].map((key) => `--property=${key}=${directive(key)}`)
  const systemd = (tool: string, ...args: string[]) => spawnSync(tool, ['--user', ...args], { encoding: 'utf8' })
  expect(systemd('systemd-run', `--unit=${name}`, ...properties, '--', ...command, ...own)).toMatchObject({ status: 0 })
  try {
    expect(systemd('systemctl', 'is-active', name).stdout.trim()).toBe('active')
  } finally {
    systemd('systemctl', 'stop', name)
  }
  expect(systemd('systemctl', 'is-failed', name).stdout.trim()).not.toBe('failed')
})
