/**
 * The companion's scripts with address and token in them. They are separate files, with placeholders such as
 * `"@@TOKEN@@"` in quotes, so that they can be read, checked and run as what they are.
 *
 * plexsync.js: Stash runs it inside its own process, in goja (ES6) since 0.26 and in otto (ES5) before; a script that does
 * not compile would silence the plugins after it, so it is ES5. Plugins cannot open connections, but the query
 * validateStashBoxCredentials makes Stash POST to any address, with `api_key` as the header `ApiKey`, and writes no error
 * into its log when there is no response.
 *
 * Stash runs the hook once per scene of a bulk edit, each time with the input of all, while the user who saves waits. The
 * hook of the first id speaks for all; the others must cost next to nothing. Stash makes a new JavaScript machine and
 * compiles the script again for each of them, so plexsync.js is a few lines without comments or functions, uses no global
 * beyond `input` (the machine builds `String` and its kind on first use), compares loosely (the id is a number, those of the
 * list are texts) and returns nothing that Stash would log. The rest (plexsync-tell.js) is one text in it that is compiled
 * when there is something to send.
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
    .map((line) => line.replace(/^\s*\/\/.*/, '').trim())
  // Each of its statements ends in a semicolon, so that one line means the same.
  return filled(files.js, { TELL: lines.filter((line) => line !== '').join(' ') }, javascriptLiteral)
}

function filled(file: string, values: Readonly<Record<string, string>>, literal: (text: string) => string): string {
  const template = readFileSync(new URL(file, folder), 'utf8')
  return template.replace(/"@@([A-Z]+)@@"/g, (_placeholder, name: string) => literal(values[name] ?? ''))
}
