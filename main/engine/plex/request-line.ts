/** Bytes of a request line that certainly pass: proxies cut at 8 KB, and Plex's own limit is not known. */
export const longestRequestLine = 7_999
