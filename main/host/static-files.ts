/** The built window, read from `out/renderer` once per file. */
import { readFile } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('../../out/renderer/', import.meta.url))

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
}

export interface Asset {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly type: string
  readonly cacheControl: string
}

const cache = new Map<string, Asset>()

const notBuilt = `<!doctype html><html lang="en"><meta charset="utf-8"><title>PlexSync</title>
<p>The window is not built yet. Run <code>npm run build</code>, then load this page again.</p></html>`

/** The file for a path of the address; null if there is none. */
export async function readAsset(path: string): Promise<Asset | null> {
  const name = path === '/' ? 'index.html' : decode(path).slice(1)
  const known = cache.get(name)
  if (known !== undefined) return known
  const file = normalize(join(folder, name))
  const type = types[extname(file)]
  if (!file.startsWith(folder.endsWith(sep) ? folder : folder + sep) || type === undefined) return null
  const bytes = await readFile(file).catch(() => null)
  if (bytes === null)
    return name === 'index.html'
      ? { bytes: new TextEncoder().encode(notBuilt), type: 'text/html; charset=utf-8', cacheControl: 'no-store' }
      : null
  // Vite puts a hash of the content into the names under assets/.
  const cacheControl = name.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache'
  const asset = { bytes: new Uint8Array(bytes), type, cacheControl }
  cache.set(name, asset)
  return asset
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path // a malformed escape names no file of ours
  }
}
