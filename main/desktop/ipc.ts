/** The contract over Electron's IPC: each message is taken only from our own page, and only in the contract's shape. */

import type { IpcMain, IpcMainInvokeEvent } from 'electron'
import * as z from 'zod'
import { type Invoke, isCallName } from '../../shared/contract.ts'
import { decline } from '../../shared/decline.ts'
import { fail, type Result, textOf } from '../../shared/result.ts'
import type { Logger } from '../engine/ports.ts'
import { hostLines } from '../host/host-log.ts'
import { channels } from './channels.ts'
import { windowLines } from './desktop-log.ts'

export interface IpcDeps {
  readonly ipcMain: Pick<IpcMain, 'handle' | 'removeHandler'>
  /** Whether a message comes from the top frame of our window, showing our own page. */
  readonly isOurs: (event: Pick<IpcMainInvokeEvent, 'sender' | 'senderFrame'>) => boolean
  readonly invoke: Invoke
  /** Of the whole app: work that the window asked for continues without it. */
  readonly signal: AbortSignal
  /** Opens an address in the system's browser, if it may be opened at all. */
  readonly openExternal: (url: string) => Promise<boolean>
  readonly logger: Logger
}

const url = z.string().max(4096)

/** Answers the window until the returned function is called. */
export function serveIpc({ ipcMain, isOurs, invoke, signal, openExternal, logger }: IpcDeps): () => void {
  const refuse = (channel: string, event: IpcMainInvokeEvent): Result<never> => {
    const from = event.senderFrame?.url ?? 'a page that is gone'
    logger.log(...windowLines.messageRefused({ channel, from }))
    return fail('invalid_input', 'Refused')
  }

  ipcMain.handle(channels.invoke, async (event, name: unknown, request: unknown): Promise<Result<unknown>> => {
    if (!isOurs(event)) return refuse(channels.invoke, event)
    if (typeof name !== 'string' || !isCallName(name))
      // What is no text is not made one: that would run what it brings along.
      return decline('invalid_input', {
        code: 'no_such_call',
        values: { name: typeof name === 'string' ? name : typeof name },
      })
    try {
      // The engine holds the request against the call's schema before it does anything.
      return await invoke(name, request as never, signal)
    } catch (error) {
      logger.log(...hostLines.callFailed({ name, problem: textOf(error) }), { error })
      return decline('unexpected', { code: 'own_fault', values: {} })
    }
  })

  ipcMain.handle(channels.openExternal, async (event, address: unknown): Promise<boolean> => {
    if (!isOurs(event)) return refuse(channels.openExternal, event).ok
    const parsed = url.safeParse(address)
    return parsed.success && (await openExternal(parsed.data))
  })

  return () => {
    ipcMain.removeHandler(channels.invoke)
    ipcMain.removeHandler(channels.openExternal)
  }
}
