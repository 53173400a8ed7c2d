/** Electron's executable must not run as Node, so the process that renders posters is a utility process. */
import { fileURLToPath } from 'node:url'
import { utilityProcess } from 'electron'
import type { WorkerProcess } from '../engine/ports.ts'

export function startPosterUtility(): WorkerProcess {
  const child = utilityProcess.fork(fileURLToPath(new URL('./poster-worker.js', import.meta.url)), [], {
    serviceName: 'PlexSync posters',
    stdio: 'ignore',
    // Of all that the engine knows, a decoder of foreign bytes gets nothing.
    env: {},
  })
  return {
    send: (message) => child.postMessage(message),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.once('exit', listener),
    kill: () => void child.kill(),
  }
}
