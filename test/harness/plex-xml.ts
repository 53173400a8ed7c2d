/** An object of Plex's data: scalars become attributes, lists and objects become child elements. */
export interface PlexObject {
  [name: string]: PlexValue
}
type PlexValue = string | number | boolean | undefined | PlexObject | PlexObject[]

/** JSON's `Metadata` rows have another element name in XML, by their type. */
const rowElements: Record<string, string> = {
  movie: 'Video',
  episode: 'Video',
  clip: 'Video',
  photo: 'Photo',
  track: 'Track',
}

/** A whole XML answer. */
export function containerToXml(name: string, container: PlexObject): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(name, container)}`
}

function element(name: string, object: PlexObject): string {
  let attributes = ''
  let children = ''
  for (const key in object) {
    const value = object[key]
    if (value === undefined) continue
    if (Array.isArray(value)) for (const child of value) children += element(elementName(key, child), child)
    else if (typeof value === 'object') children += element(key, value)
    else if (typeof value === 'boolean') attributes += ` ${key}="${value ? 1 : 0}"`
    else attributes += ` ${key}="${typeof value === 'number' ? value : escapeXml(value)}"`
  }
  return children === '' ? `<${name}${attributes}/>\n` : `<${name}${attributes}>\n${children}</${name}>\n`
}

function elementName(key: string, row: PlexObject): string {
  if (key !== 'Metadata') return key
  const { type } = row
  // A row without a type is a picture of a poster list.
  if (typeof type !== 'string') return 'Photo'
  return rowElements[type] ?? 'Directory'
}

const escapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '\n': '&#10;',
  '\r': '&#13;',
  '\t': '&#9;',
}

/** An attribute's value. New lines must survive, hence their numbers. */
function escapeXml(text: string): string {
  return /[&<>"'\n\r\t]/.test(text) ? text.replace(/[&<>"'\n\r\t]/g, (sign) => escapes[sign] ?? sign) : text
}
