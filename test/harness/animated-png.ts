/** Joins PNG pictures of one size to an animated PNG, which browsers and GitHub play. Pure. */
import { crc32 } from 'node:zlib'

export interface Frame {
  readonly png: Buffer
  readonly milliseconds: number
}

interface Chunk {
  readonly type: string
  readonly data: Buffer
}

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

export function animatedPng(frames: readonly Frame[]): Buffer {
  const [first] = frames
  if (first === undefined) throw new RangeError('An animation needs a frame')
  const header = chunksOf(first.png).find(({ type }) => type === 'IHDR')?.data ?? Buffer.alloc(13)
  let sequence = 0
  const written = frames.flatMap(({ png, milliseconds }, index) => {
    const chunks = chunksOf(png)
    if (chunks.find(({ type }) => type === 'IHDR')?.data.equals(header) !== true)
      throw new RangeError('All frames need the same size and kind of colours')
    const control = Buffer.alloc(26)
    control.writeUInt32BE(sequence++, 0)
    header.copy(control, 4, 0, 8)
    control.writeUInt16BE(milliseconds, 20)
    control.writeUInt16BE(1_000, 22)
    const data = Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map((chunk) => chunk.data))
    const number = Buffer.alloc(4)
    if (index > 0) number.writeUInt32BE(sequence++)
    return [
      bytesOf({ type: 'fcTL', data: control }),
      bytesOf(index === 0 ? { type: 'IDAT', data } : { type: 'fdAT', data: Buffer.concat([number, data]) }),
    ]
  })
  const count = Buffer.alloc(8)
  count.writeUInt32BE(frames.length, 0)
  return Buffer.concat([
    signature,
    bytesOf({ type: 'IHDR', data: header }),
    bytesOf({ type: 'acTL', data: count }),
    ...written,
    bytesOf({ type: 'IEND', data: Buffer.alloc(0) }),
  ])
}

function chunksOf(png: Buffer): Chunk[] {
  const chunks: Chunk[] = []
  for (let at = signature.length; at < png.length; ) {
    const length = png.readUInt32BE(at)
    chunks.push({ type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) })
    at += length + 12
  }
  return chunks
}

function bytesOf({ type, data }: Chunk): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, sum])
}
