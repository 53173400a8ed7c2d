/**
 * All that the window gets of Electron: three verbs. Runs in the sandbox, in a separate world; checks are made where
 * the messages arrive, in `ipc.ts`.
 */
import { contextBridge, ipcRenderer } from 'electron'
import { channels } from './channels.ts'

contextBridge.exposeInMainWorld('plexsync', {
  invoke: (name: unknown, request: unknown): Promise<unknown> => ipcRenderer.invoke(channels.invoke, name, request),
  subscribe(listener: (event: unknown) => void): () => void {
    // Wrapped, so that the page never holds Electron's own event object.
    const forward = (_event: unknown, event: unknown): void => listener(event)
    ipcRenderer.on(channels.event, forward)
    return () => void ipcRenderer.off(channels.event, forward)
  },
  openExternal: (url: unknown): Promise<boolean> => ipcRenderer.invoke(channels.openExternal, url),
})

ipcRenderer.on(channels.view, (_event, view: string) => {
  window.location.hash = view
})
