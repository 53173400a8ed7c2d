/** What is in the repository itself: no secret, no path of a developer's machine, and dependencies that are what they say. */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import * as z from 'zod'

const root = fileURLToPath(new URL('../../', import.meta.url))
const largest = 2 * 1024 * 1024

function trackedFiles(): string[] {
  return execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' })
    .split('\0')
    .filter((name) => name !== '' && !/\.(png|ico|icns|woff2|db)$/.test(name))
    .filter((name) => statSync(`${root}${name}`, { throwIfNoEntry: false })?.isFile() === true)
    .filter((name) => statSync(`${root}${name}`).size < largest)
}

const secretShapes: Readonly<Record<string, RegExp>> = {
  'private key': /-----BEGIN [A-Z ]*PRIVATE KEY-----\s*\n[A-Za-z0-9+/=]{40}/,
  'GitHub token': /\bgh[pousr]_[A-Za-z0-9]{36}\b|\bgithub_pat_\w{60,}/,
  'npm token': /\bnpm_[A-Za-z0-9]{36}\b/,
  'cloud key': /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bAIza[\w-]{35}\b/,
  'chat token': /\bxox[abprs]-[\w-]{20,}/,
  // Of Stash; a test may show the shape, but then with a signature that is plainly none.
  'API key of Stash': /\beyJhbGciOi[\w-]{10,}\.eyJ[\w-]{20,}\.[\w-]{43}\b/,
}

/** Homes of people, except for those invented for examples, and of a container (`/root/.stash`). */
const invented = '(?!(?:me|user|you|alex|joe|ada|runner)/)'
const machinePaths = new RegExp(`(?<![\\w.])/(?:(?:home|Users)/${invented}[a-z][\\w-]+/|root/(?!\\.stash)|work/)`)

/** In an unpacked archive nothing distinguishes the project's files from others. */
const isCheckout = existsSync(`${root}.git`)

it.runIf(isCheckout)('holds no secret', () => {
  const found = trackedFiles().flatMap((name) => {
    const text = readFileSync(`${root}${name}`, 'utf8')
    return Object.entries(secretShapes).flatMap(([what, shape]) => (shape.test(text) ? [`${name}: ${what}`] : []))
  })
  expect(found).toEqual([])
})

it.runIf(isCheckout)('names no place on a developer’s machine', () => {
  const self = 'test/e2e/security-repository.test.ts'
  const found = trackedFiles()
    .filter((name) => name !== self)
    .flatMap((name) => {
      const place = machinePaths.exec(readFileSync(`${root}${name}`, 'utf8'))
      return place === null ? [] : [`${name}: ${place[0]}`]
    })
  expect(found).toEqual([])
})

const packageSchema = z.object({
  dependencies: z.record(z.string(), z.string()),
  devDependencies: z.record(z.string(), z.string()),
  allowScripts: z.record(z.string(), z.boolean()),
})
const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      resolved: z.string().optional(),
      integrity: z.string().optional(),
      link: z.boolean().optional(),
      hasInstallScript: z.boolean().optional(),
      inBundle: z.boolean().optional(),
    }),
  ),
})

it('pins every dependency, from the public registry, by its hash', () => {
  const { dependencies, devDependencies } = packageSchema.parse(JSON.parse(readFileSync(`${root}package.json`, 'utf8')))
  const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
    ([, version]) => !/^\d+\.\d+\.\d+$/.test(version),
  )
  expect(loose).toEqual([])
  const { packages } = lockSchema.parse(JSON.parse(readFileSync(`${root}package-lock.json`, 'utf8')))
  const strange = Object.entries(packages)
    .filter(([name, { inBundle }]) => name !== '' && inBundle !== true)
    .filter(
      ([, { resolved = '', integrity = '' }]) =>
        // Left out where it is the registry's own address.
        !(resolved === '' || resolved.startsWith('https://registry.npmjs.org/')) || !integrity.startsWith('sha512-'),
    )
    .map(([name]) => name)
  expect(strange).toEqual([])
})

it('lets no package run a script at installation that was not looked at', () => {
  const { allowScripts } = packageSchema.parse(JSON.parse(readFileSync(`${root}package.json`, 'utf8')))
  const { packages } = lockSchema.parse(JSON.parse(readFileSync(`${root}package-lock.json`, 'utf8')))
  const withScript = Object.entries(packages)
    .filter(([, { hasInstallScript }]) => hasInstallScript === true)
    .map(([name]) => name.slice(name.lastIndexOf('node_modules/') + 'node_modules/'.length))
  expect(withScript.filter((name) => !(name in allowScripts))).toEqual([])
  expect(Object.keys(allowScripts).filter((name) => allowScripts[name])).toEqual(['node'])
})

const workflowSchema = z.object({
  permissions: z.record(z.string(), z.string()),
  jobs: z.record(z.string(), z.object({ steps: z.array(z.object({ uses: z.string().optional() })) })),
})

it('runs only actions that are pinned by commit, with read rights unless a job says otherwise', () => {
  const folder = `${root}.github/workflows`
  for (const name of readdirSync(folder)) {
    const text = readFileSync(`${folder}/${name}`, 'utf8')
    const { permissions, jobs } = workflowSchema.parse(parse(text))
    expect(permissions).toEqual({ contents: 'read' })
    const used = Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ uses }) => uses ?? []))
    expect(used.length).toBeGreaterThan(0)
    for (const action of used) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/)
    // A commit says nothing to a reader.
    expect(text.match(/uses: \S+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/gm)).toHaveLength(used.length)
  }
})
