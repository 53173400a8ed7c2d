// What is built, from what, and whether it is older than that. Plain JavaScript: `npm start` and `npm ci` read it on a Node
// that runs nothing else of the house.
import { readdirSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** @param {string} path from the root of the project */
const here = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

/**
 * @typedef Build
 * @property {string} made the file that is written last
 * @property {string} config of vite
 * @property {string} root what paths in that configuration begin at
 * @property {readonly string[]} folders of sources
 * @property {readonly string[]} files that it is made from besides
 */

/**
 * @param {string} made
 * @param {string} config
 * @param {string} root
 * @param {readonly string[]} folders
 * @returns {Build}
 */
function described(made, config, root, folders) {
  return {
    made: here(made),
    config: here(config),
    root: here(root),
    folders: folders.map(here),
    files: [config, 'vite.node.ts', 'package-lock.json'].map(here),
  }
}

export const builds = {
  window: described('out/renderer/index.html', 'vite.config.ts', 'renderer', ['renderer', 'shared']),
  program: described('out/headless/plexsync.js', 'vite.headless.config.ts', '', [
    'main/engine',
    'main/host',
    'main/headless',
    'shared',
  ]),
  desktop: described('out/desktop/preload.cjs', 'vite.desktop.config.ts', '', ['main', 'shared']),
}

/** In no build: tests, and what runs before it. */
const beside = /\.(test|fixture)\.ts$|\.mjs$/

/**
 * Whether what was built is newer than everything it is built from. Sources that are not there (an image has none) are not
 * newer.
 *
 * @param {Build} build
 */
export function isCurrent({ made, folders, files }) {
  const builtAt = changedAt(made)
  return (
    builtAt > 0 &&
    !files.some((file) => changedAt(file) > builtAt) &&
    !folders.some((folder) => holdsNewer(folder, builtAt))
  )
}

/**
 * Builds what is not current. Throws where nothing to build with is installed.
 *
 * @param {Build} build
 */
export async function makeCurrent(build) {
  if (isCurrent(build)) return
  const { createBuilder } = await import('vite')
  // As `vite build` does it: null builds what the configuration names, and for the window nothing but the browser's part.
  const builder = await createBuilder({ configFile: build.config, root: build.root, logLevel: 'warn' }, null)
  await builder.buildApp()
}

/**
 * @param {string} folder
 * @param {number} builtAt
 * @returns {boolean}
 */
function holdsNewer(folder, builtAt) {
  return entriesOf(folder).some((entry) => {
    const path = `${folder}/${entry.name}`
    return entry.isDirectory() ? holdsNewer(path, builtAt) : !beside.test(entry.name) && changedAt(path) > builtAt
  })
}

/** @param {string} folder */
function entriesOf(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}

/**
 * In milliseconds; 0 where there is no such file.
 *
 * @param {string} path
 */
function changedAt(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
}
