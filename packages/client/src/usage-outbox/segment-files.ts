import { open, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { decodeLine } from './segment-line.js'
import type { StoredUsage } from './usage-record.js'

/** A file with records. Segments are numbered upwards and never used again. */
export interface Segment {
  readonly number: number
  bytes: number
  records: number
  /** Time of the first record, in milliseconds since 1970. */
  firstAt: number | null
}

/** Record of a segment with its place, which is unique in the folder. */
export interface PlacedUsage {
  readonly place: string
  readonly record: StoredUsage
}

export interface SegmentContent {
  readonly records: readonly PlacedUsage[]
  /** Complete lines whose checksum is wrong. */
  readonly damaged: readonly { readonly place: string; readonly text: string }[]
  readonly bytes: number
}

const NAME = /^(\d{10})\.usage$/

export const segmentPath = (folder: string, number: number): string =>
  join(folder, `${String(number).padStart(10, '0')}.usage`)

/** Numbers of the segments of a folder, ascending. */
export async function segmentNumbers(folder: string): Promise<number[]> {
  const names = await readdir(folder)
  return names
    .flatMap((name) => (NAME.test(name) ? [Number(NAME.exec(name)![1])] : []))
    .sort((left, right) => left - right)
}

/**
 * Reads a segment. An incomplete last line is of a write that was interrupted: its record was never confirmed, and is left out.
 */
export async function readSegment(folder: string, number: number): Promise<SegmentContent> {
  const content = await readFile(segmentPath(folder, number))
  const records: PlacedUsage[] = []
  const damaged: { place: string; text: string }[] = []
  let from = 0
  for (let line = 0; ; line++) {
    const end = content.indexOf(0x0a, from)
    if (end < 0) break
    const place = `${number}-${line}`
    const bytes = content.subarray(from, end)
    const record = decodeLine(bytes)
    if (record) records.push({ place, record })
    else damaged.push({ place, text: bytes.toString('base64') })
    from = end + 1
  }
  return { records, damaged, bytes: content.length }
}

export const deleteSegment = (folder: string, number: number): Promise<void> =>
  rm(segmentPath(folder, number), { force: true })

/** Makes the names of new files durable. Systems that cannot open folders do it by themselves. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined)
  await handle?.sync().catch(() => undefined)
  await handle?.close()
}
