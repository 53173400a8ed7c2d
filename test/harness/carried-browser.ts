/**
 * The browser for machines that have none: a headless Chromium for Linux x64 that comes with `npm ci`, with the
 * libraries and a font that a bare system lacks. It is unpacked once, in about four seconds, beside the packages.
 */
import { execFile } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import * as z from 'zod'

export interface CarriedBrowser {
  readonly executablePath: string
  /** What the browser needs in its environment to find its libraries and fonts. */
  readonly environment: Readonly<Record<string, string>>
}

const packages = fileURLToPath(new URL('../../node_modules', import.meta.url))
const unpackScript = fileURLToPath(new URL('unpack-browser.ts', import.meta.url))
const manifestSchema = z.object({ version: z.string() })

/** Returns the carried browser, unpacked; null if the package has none for this platform or is not installed. */
export async function carriedBrowser(): Promise<CarriedBrowser | null> {
  const manifest = join(packages, '@sparticuz', 'chromium', 'package.json')
  if (process.platform !== 'linux' || process.arch !== 'x64' || !existsSync(manifest)) return null
  const { version } = manifestSchema.parse(JSON.parse(await readFile(manifest, 'utf8')))
  const folder = join(packages, '.cache', 'plexsync', `chromium-${version}`)
  return browserIn(folder, unpack)
}

/**
 * The browser in a folder, unpacked where it is not there yet. A folder without it is one that a browser of a copied tree
 * made for its cache of fonts; and in a copied tree the fonts must not be those of the tree it was copied from.
 */
export async function browserIn(
  folder: string,
  unpackInto: (empty: string) => Promise<unknown>,
): Promise<CarriedBrowser> {
  const executablePath = join(folder, 'chromium')
  if (!existsSync(executablePath)) await fill(folder, unpackInto)
  const fonts = join(folder, 'fonts.conf')
  const wanted = fontConfiguration(folder)
  if ((await readFile(fonts, 'utf8').catch(() => '')) !== wanted) await writeFile(fonts, wanted)
  return { executablePath, environment: { LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'), FONTCONFIG_FILE: fonts } }
}

/** Two test files may get here at the same time: each unpacks into a separate folder, and the first rename counts. */
async function fill(folder: string, unpackInto: (empty: string) => Promise<unknown>): Promise<void> {
  // Together with the look that found nothing, so that it is never what another has just unpacked.
  rmSync(folder, { recursive: true, force: true })
  await mkdir(join(folder, '..'), { recursive: true })
  const unfinished = await mkdtemp(`${folder}-`)
  try {
    await unpackInto(unfinished)
    await writeFile(join(unfinished, 'fonts.conf'), fontConfiguration(folder))
    await rename(unfinished, folder).catch((error: unknown) => {
      if (!existsSync(join(folder, 'chromium'))) throw error
    })
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
}

const unpack = (folder: string) =>
  promisify(execFile)(process.execPath, [unpackScript], { env: { ...process.env, TMPDIR: folder } })

/** The carried font, and those of the system where it has any. */
function fontConfiguration(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(folder, 'fonts')}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${join(folder, 'fonts-cache')}</cachedir>
</fontconfig>
`
}
