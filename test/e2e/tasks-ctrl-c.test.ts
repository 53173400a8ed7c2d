/** Ctrl-C of a command that watches long work: a real process gets the signal. */
import { expect, it } from 'vitest'
import { appEnvironment, startApp } from '../harness/app-process.ts'
import { jsonOf, runCli, startCliProcess } from '../harness/run-cli.ts'
import { startServedProcess } from '../harness/served-process.ts'
import { makeMemoryFolder } from '../harness/temp-folder.ts'

const patience = { timeout: 60_000, interval: 50 }

it('leaves the work to the running PlexSync, and says how to watch and cancel it', async () => {
  await using servers = await startServedProcess({ plex: { maxRequestLine: 65_536 } })
  await using folder = await makeMemoryFolder('plexsync-ctrl-c-')
  const environment = appEnvironment(servers)
  await using app = await startApp({ dataFolder: folder.path, environment })
  // The task is under way for as long as the test looks at it.
  await servers.command('fault', { server: 'stash', rule: { fault: { kind: 'hang' } } })
  const tasks = async () => (await app.call('listTasks')).tasks

  const watching = startCliProcess(['paths', 'test', '--data-dir', folder.path, '--json'], environment)
  await expect.poll(async () => (await tasks()).map(({ kind }) => kind), patience).toEqual(['paths_test'])
  const [task] = await tasks()
  const id = task?.id ?? 0
  watching.child.kill('SIGINT')
  const left = await watching.ended
  expect(left).toMatchObject({ code: 1, stdout: '' })
  expect(left.stderr).toContain(`Task ${id} continues in the running PlexSync.`)
  expect(left.stderr).toContain(`plexsync tasks watch ${id}`)
  expect(left.stderr).toContain(`plexsync tasks cancel ${id}`)

  expect((await tasks()).find((one) => one.id === id)).toMatchObject({ state: 'running' })
  const cancelled = await runCli(['tasks', 'cancel', String(id), '--data-dir', folder.path, '--json'], environment)
  expect(jsonOf(cancelled)).toMatchObject({ id, kind: 'paths_test', state: 'cancelled' })
})

it('without a running PlexSync stops the work with the command, which the next one resumes', async () => {
  await using servers = await startServedProcess({ plex: { maxRequestLine: 65_536 } })
  await using folder = await makeMemoryFolder('plexsync-ctrl-c-')
  const environment = appEnvironment(servers)
  await servers.command('fault', { server: 'stash', rule: { fault: { kind: 'hang' } } })
  const listed = async () => jsonOf(await runCli(['tasks', 'list', '--data-dir', folder.path, '--json'], environment))

  const alone = startCliProcess(['sync', '--all', '--data-dir', folder.path], environment)
  await expect.poll(listed, patience).toMatchObject([{ kind: 'sync_all', state: 'running' }])
  alone.child.kill('SIGINT')
  const stopped = await alone.ended
  expect(stopped.code).toBe(1)
  expect(stopped.stderr).toContain('Task 1 stops with this command.')
  expect(await listed()).toMatchObject([{ id: 1, state: 'interrupted', resumes: true }])

  await servers.command('clearFaults', { server: 'stash' })
  await using app = await startApp({ dataFolder: folder.path, environment })
  await expect.poll(async () => (await app.call('listTasks', { id: 1 })).tasks[0]?.state, patience).toBe('done')
})
