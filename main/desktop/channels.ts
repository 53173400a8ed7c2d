/** The four messages between the window and the main process. Nothing else is listened to. */
export const channels = {
  /** Window → main: a call of the contract. */
  invoke: 'plexsync:invoke',
  /** Window → main: an address for the system's browser. */
  openExternal: 'plexsync:open-external',
  /** Main → window: an event of the contract. */
  event: 'plexsync:event',
  /** Main → window: go to a view, such as `/needs-you`. */
  view: 'plexsync:view',
} as const
