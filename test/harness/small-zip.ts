import { inflateRawSync } from 'node:zlib'

export interface ZipEntry {
  name: string
  bytes: Buffer
  /** Unix permission bits from the archive; 0 where it carries none. */
  mode: number
}

/** Reads a zip archive by its central directory: stored and deflated entries, without encryption or zip64. */
export function readZip(archive: Buffer): ZipEntry[] {
  const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]))
  if (end < 0) throw new Error('zip: not a valid zip file')
  const count = archive.readUInt16LE(end + 10)
  let at = archive.readUInt32LE(end + 16)
  const entries: ZipEntry[] = []
  for (let index = 0; index < count; index++) {
    if (archive.readUInt32LE(at) !== 0x02014b50) throw new Error('zip: not a valid zip file')
    const nameLength = archive.readUInt16LE(at + 28)
    const name = archive.subarray(at + 46, at + 46 + nameLength).toString()
    const packed = archive.readUInt32LE(at + 20)
    const mode = (archive.readUInt32LE(at + 38) >>> 16) & 0o777
    const local = archive.readUInt32LE(at + 42)
    const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28)
    const data = archive.subarray(start, start + packed)
    const method = archive.readUInt16LE(at + 10)
    if (method !== 0 && method !== 8) throw new Error('zip: unsupported compression algorithm')
    if (name.split(/[\\/]/).includes('..') || name.startsWith('/')) throw new Error('zip: insecure file path')
    if (!name.endsWith('/'))
      entries.push({ name, bytes: method === 0 ? Buffer.from(data) : inflateRawSync(data), mode })
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32)
  }
  return entries
}
