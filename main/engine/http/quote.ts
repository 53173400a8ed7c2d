/** Quoting what went over the wire without giving anything away. Pure. */

/** Headers whose values must never be seen. */
const secretHeaders = /^(x-plex-token|apikey|authorization|cookie)$/i

/** Host (with port) and path of an address, for messages; user, password, query and fragment are left out. */
export function placeOf(url: string): { readonly host: string; readonly path: string } {
  if (!URL.canParse(url)) return { host: 'an invalid address', path: '' }
  const { host, pathname } = new URL(url)
  return { host, path: pathname.length > 120 ? `${pathname.slice(0, 120)}…` : pathname }
}

/** The first words of a response as plain text: tags, control characters and query strings are left out. */
export function excerpt(body: Uint8Array): string {
  const text = Buffer.from(body.buffer, body.byteOffset, Math.min(body.byteLength, 4096)).toString('utf8')
  return text
    .replace(/<(head|style|script)\b[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\?[^\s"'<>]*=[^\s"'<>]*/g, '?…')
    .replace(/[\p{Cc}\p{Cf}\ufffd\s]+/gu, ' ')
    .trim()
}

/** A message of bounded length, cut only after secrets were masked: half a token is still a leak. */
export function shorten(text: string, length = 300): string {
  return text.length > length ? `${text.slice(0, length).toWellFormed()}…` : text
}

/** The text without the secrets that a request carried. */
export function maskSecrets(text: string, headers: Readonly<Record<string, string>> = {}): string {
  let masked = text
  for (const [name, value] of Object.entries(headers)) {
    if (value === '' || !secretHeaders.test(name)) continue
    for (const form of new Set([value, encodeURIComponent(value.toWellFormed())]))
      masked = masked.replaceAll(form, '[token]')
  }
  return masked
}
