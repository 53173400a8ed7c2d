/**
 * A copy of the project as electron-builder reads it, in which npm seems to have installed what draws posters for every
 * system: one placeholder for each. What a package leaves out is seen only if it is there to be taken.
 */
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as z from 'zod'
import type { TempFolder } from '../../harness/temp-folder.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const canvas = 'node_modules/@napi-rs/canvas'

const lockSchema = z.object({ packages: z.record(z.string(), z.object({ dev: z.boolean().optional() })) })
const canvasSchema = z.object({ optionalDependencies: z.record(z.string(), z.string()) })

/** Copies the built app and its packages into `folder`; returns the copy's path. */
export async function makePackageProject(folder: TempFolder): Promise<string> {
  const project = folder.file('project')
  const copied = async (path: string): Promise<void> => cp(join(root, path), join(project, path), { recursive: true })
  for (const path of [
    'package.json',
    'package-lock.json',
    'electron-builder.yml',
    'LICENSE',
    'out',
    'main/desktop/icons',
  ])
    await copied(path)
  const { packages } = lockSchema.parse(JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')))
  const installed = Object.entries(packages).filter(([path, { dev }]) => path !== '' && dev !== true)
  for (const [path] of installed) if (!path.startsWith(`${canvas}-`)) await copied(path).catch(whereMissing)
  await copied('node_modules/electron/package.json')

  const { optionalDependencies } = canvasSchema.parse(
    JSON.parse(await readFile(join(root, canvas, 'package.json'), 'utf8')),
  )
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const platform = name.replace('@napi-rs/canvas-', '')
    const target = join(project, 'node_modules', name)
    await mkdir(target, { recursive: true })
    const main = `skia.${platform}.node`
    await writeFile(join(target, 'package.json'), JSON.stringify({ name, version, main, files: [main] }))
    await writeFile(join(target, main), 'placeholder')
  }
  return project
}

/** npm leaves out what belongs to other systems. */
function whereMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}
