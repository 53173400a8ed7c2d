/** Reads an asar archive: a size, a JSON table of contents, then the files one after the other. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import * as z from 'zod'

interface Entry {
  readonly files?: Readonly<Record<string, Entry>> | undefined
  readonly size?: number | undefined
  readonly offset?: string | undefined
  readonly unpacked?: boolean | undefined
}
const entrySchema: z.ZodType<Entry> = z.lazy(() =>
  z.object({
    files: z.record(z.string(), entrySchema).optional(),
    size: z.number().optional(),
    offset: z.string().optional(),
    unpacked: z.boolean().optional(),
  }),
)

/** Files by path within the archive; those beside it (`app.asar.unpacked`) are read from there. */
export async function readAsar(archive: string): Promise<Map<string, Buffer>> {
  const bytes = await readFile(archive)
  const headerLength = bytes.readUInt32LE(4)
  const textLength = bytes.readUInt32LE(12)
  const header = entrySchema.parse(JSON.parse(bytes.subarray(16, 16 + textLength).toString('utf8')))
  const files = new Map<string, Buffer>()
  const walk = async (entry: Entry, path: string): Promise<void> => {
    for (const [name, child] of Object.entries(entry.files ?? {})) {
      const childPath = path === '' ? name : `${path}/${name}`
      const start = 8 + headerLength + Number(child.offset)
      if (child.files !== undefined) await walk(child, childPath)
      else if (child.unpacked === true)
        files.set(childPath, await readFile(join(`${archive}.unpacked`, ...childPath.split('/'))))
      else files.set(childPath, bytes.subarray(start, start + (child.size ?? 0)))
    }
  }
  await walk(header, '')
  return files
}

export async function extract(files: ReadonlyMap<string, Buffer>, folder: string): Promise<void> {
  for (const [path, bytes] of files) {
    const file = join(folder, ...path.split('/'))
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, bytes)
  }
}
