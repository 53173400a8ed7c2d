#!/usr/bin/env node
// The door of the command line. Plain JavaScript without new syntax, so that an old Node can say what is wrong.
const needed = 24
if (Number(process.versions.node.split('.')[0]) < needed) {
  console.error(
    `plexsync needs Node ${needed} or newer, this is ${process.versions.node}. In a checkout run: npm run --silent plexsync -- ${process.argv.slice(2).join(' ')}`,
  )
  process.exit(1)
}
const { enableCompileCache } = await import('node:module')
// Compiling costs 200 ms at each start without it.
enableCompileCache()
const { builds, isCurrent } = await import('../host/builds.mjs')
// A checkout whose sources were changed runs them, in twice the time.
await import(isCurrent(builds.program) ? '../../out/headless/plexsync.js' : './start.ts')
