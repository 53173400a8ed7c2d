/**
 * The companion's scripts with address and token in them. They are files of their own, with placeholders such as
 * `"@@TOKEN@@"` in quotes, so that they can be read, checked and run as what they are.
 *
 * plexsync.js: Stash runs it inside its own process, in goja (ES6) since 0.26 and in otto (ES5) before; a script that does
 * not compile would silence the plugins after it, so it is ES5. Plugins have no network of their own, but the query
 * validateStashBoxCredentials makes Stash POST to any address, with `api_key` as the header `ApiKey`, and writes no error
 * into its log where nobody answers. Stash compiles the script again for each hook: what a hook of a bulk edit needs is in
 * plexsync.js, the rest (plexsync-tell.js) is text that is compiled where there is something to tell.
 *
 * plexsync.py: one process per event, Python 3.6 or later, nothing but its standard library. Stash waits for the process
 * before it answers a save. Therefore two seconds for everything, and a file that says "was down just now" so that a bulk
 * edit does not wait two seconds per scene. `http.client` and not `urllib`: it knows no proxies and follows no redirects,
 * and it is imported in half the time.
 */
import { readFileSync } from 'node:fs'
import { javascriptLiteral, pythonLiteral } from './literals.ts'
import type { CompanionSpec, CompanionVariant } from './manifest.ts'

/** A bundle keeps working when the folder is copied beside it. */
const folder = new URL('./scripts/', import.meta.url)
const files: Readonly<Record<CompanionVariant, string>> = { js: 'plexsync.js', python: 'plexsync.py' }

export function scriptSource({ variant, base, token }: CompanionSpec): string {
  const { hostname, port } = new URL(base)
  const values: Readonly<Record<string, string>> = {
    ENDPOINT: `${base}/hooks/stash/ack`,
    TOKEN: token,
    BASE: base,
    HOST: hostname.replace(/^\[|\]$/g, ''),
    PORT: port === '' ? '80' : port,
  }
  if (variant === 'python') return filled(files.python, values, pythonLiteral)
  const lines = filled('plexsync-tell.js', values, javascriptLiteral)
    .split('\n')
    .map((line) => line.replace(/^\s*\/\/.*/, ''))
  const told = lines.filter((line) => line !== '').map(javascriptLiteral)
  return filled(files.js, {}, () => told.join(',\n    '))
}

function filled(file: string, values: Readonly<Record<string, string>>, literal: (text: string) => string): string {
  const template = readFileSync(new URL(file, folder), 'utf8')
  return template.replace(/"@@([A-Z]+)@@"/g, (_placeholder, name: string) => literal(values[name] ?? ''))
}
