/** A process that renders posters, however the host starts it. */

import { fork } from 'node:child_process'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { WorkerProcess } from '../ports.ts'

/** Beside this file, TypeScript in the sources and JavaScript where both are built. */
const program = fileURLToPath(new URL(`./poster-worker${extname(import.meta.url)}`, import.meta.url))

/** On plain Node. Electron forbids to run its executable as Node: the desktop brings a utility process instead. */
export function forkPosterWorker(): WorkerProcess {
  const child = fork(program, {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    // Of all that the engine knows, a decoder of foreign bytes gets nothing.
    env: { MALLOC_ARENA_MAX: '2' },
    execArgv: ['--max-old-space-size=256'],
  })
  return {
    send: (message) => void child.send(message as object, () => {}),
    onMessage: (listener) => void child.on('message', listener),
    onExit(listener) {
      child.once('exit', listener)
      child.once('error', listener)
    },
    kill: () => void child.kill('SIGKILL'),
  }
}
