import type { StoredUsage } from './usage-record.js'

const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  return value
})

/** CRC-32 of bytes. Node has it from 22.2 only. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) crc = TABLE[(crc ^ byte) & 0xff]! ^ (crc >>> 8)
  return (crc ^ 0xffffffff) >>> 0
}

/** A line of a segment: checksum, space, JSON. */
export function encodeLine(record: StoredUsage): Buffer {
  const json = Buffer.from(JSON.stringify(record))
  return Buffer.concat([Buffer.from(`${crc32(json).toString(16).padStart(8, '0')} `), json, Buffer.from('\n')])
}

/** The record of a line without its end. Undefined if it is damaged. */
export function decodeLine(line: Buffer): StoredUsage | undefined {
  const json = line.subarray(9)
  if (line.length < 11 || line[8] !== 0x20 || Number.parseInt(line.toString('latin1', 0, 8), 16) !== crc32(json))
    return undefined
  return JSON.parse(json.toString()) as StoredUsage
}
