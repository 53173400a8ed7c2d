/** The two servers that PlexSync connects. Without a schema: the tray shows their names before anything else is loaded. */
export const serverNames = ['plex', 'stash'] as const
export const serverTitles: Readonly<Record<(typeof serverNames)[number], string>> = { plex: 'Plex', stash: 'Stash' }
