#!/usr/bin/env node
/**
 * Builds the deb that electron-builder asks `fpm` for, with Debian's own `dpkg-deb`: same files, same scripts, same
 * fields. fpm itself is a download, and a test makes none.
 */
import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'

const one = { type: 'string' }
const many = { type: 'string', multiple: true, default: [] }
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    s: { ...one, short: 's' },
    t: { ...one, short: 't' },
    d: { ...many, short: 'd' },
    force: { type: 'boolean' },
    architecture: one,
    'after-install': one,
    'after-remove': one,
    description: one,
    version: one,
    package: one,
    name: one,
    maintainer: one,
    vendor: one,
    url: one,
    license: one,
    'deb-priority': one,
    'deb-recommends': many,
    'deb-compression': one,
  },
})
if (values.s !== 'dir' || values.t !== 'deb')
  throw new Error(`only a deb from folders, not ${values.t} from ${values.s}`)

const staging = mkdtempSync(join(tmpdir(), 'plexsync-deb-'))
try {
  for (const mapping of positionals) {
    const at = mapping.lastIndexOf('=')
    const [from, to] = [mapping.slice(0, at), join(staging, mapping.slice(at + 1))]
    mkdirSync(dirname(to), { recursive: true })
    cpSync(from, to, { recursive: true, verbatimSymlinks: true })
  }
  const control = join(staging, 'DEBIAN')
  mkdirSync(control)
  const [synopsis = '', ...details] = (values.description ?? '').split('\n')
  const fields = {
    Package: values.name,
    Version: values.version,
    Architecture: values.architecture,
    Maintainer: values.maintainer,
    Depends: values.d.join(', '),
    Recommends: values['deb-recommends'].join(', '),
    Section: 'default',
    Priority: values['deb-priority'],
    Homepage: values.url,
    Description: [synopsis, ...details.map((line) => ` ${line.trim()}`)].join('\n'),
  }
  const lines = Object.entries(fields).flatMap(([name, value]) => (value ? [`${name}: ${value}`] : []))
  writeFileSync(join(control, 'control'), `${lines.join('\n')}\n`)
  for (const [script, file] of [
    ['postinst', values['after-install']],
    ['postrm', values['after-remove']],
  ]) {
    cpSync(file, join(control, script))
    chmodSync(join(control, script), 0o755)
  }
  chmodSync(staging, 0o755)
  // The test reads it once; xz would take a minute for what nobody downloads.
  execFileSync('dpkg-deb', ['--root-owner-group', '-Zgzip', '-z1', '--build', staging, values.package], {
    stdio: 'inherit',
  })
} finally {
  rmSync(staging, { recursive: true, force: true })
}
