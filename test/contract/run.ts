/** `npm run test:stash` and `npm run test:plex`: the contract tests against a server that the user names. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const needed: Readonly<Record<string, readonly string[]>> = {
  stash: ['PLEXSYNC_TEST_STASH', 'PLEXSYNC_TEST_STASH_MEDIA'],
  plex: ['PLEXSYNC_TEST_PLEX', 'PLEXSYNC_TEST_PLEX_TOKEN', 'PLEXSYNC_TEST_PLEX_LIBRARY'],
}

const server = process.argv[2] ?? ''
const missing = (needed[server] ?? []).filter((name) => (process.env[name] ?? '') === '')
if (needed[server] === undefined || missing.length > 0) {
  process.stderr.write(
    `Name the server first: ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} not set; see docs/compatibility.md.\n`,
  )
  process.exitCode = 2
} else {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url))
  // One file after another: all of them count what the one server has.
  const options = ['run', '--no-file-parallelism', `test/contract/${server}`]
  const { status } = spawnSync(process.execPath, [vitest, ...options], {
    cwd: root,
    stdio: 'inherit',
  })
  process.exitCode = status ?? 1
}
