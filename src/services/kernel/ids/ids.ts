import { createHash } from 'node:crypto'
import type { Random } from '../random/random.js'
import type { Timers } from '../time/timers.js'

/**
 * Opaque ids: a prefix that says what it names, and a UUIDv7 in Crockford's base 32 (26 characters).
 * They sort by creation time, are stored as they are shown, and can be searched for in logs, tables and dashboards alike.
 */
export type IdPrefix =
  | 'usr'
  | 'acc'
  | 'key'
  | 'pln'
  | 'plv'
  | 'pmg'
  | 'pms'
  | 'prd'
  | 'prc'
  | 'prl'
  | 'pkg'
  | 'pkv'
  | 'tpl'
  | 'ven'
  | 'cat'
  | 'asg'
  | 'chk'
  | 'sub'
  | 'sit'
  | 'sch'
  | 'ntc'
  | 'mal'
  | 'dep'
  | 'agt'
  | 'cmd'
  | 'rep'
  | 'evt'
  | 'ibx'
  | 'obx'
  | 'job'
  | 'enr'
  | 'ntf'
  | 'out'
  | 'alm'
  | 'pka'
  | 'ovr'
  | 'cap'
  | 'alr'
  | 'tup'
  | 'ngp'
  | 'grt'
  | 'csm'
  | 'uam'
  | 'ubt'
  | 'ubl'
  | 'ucp'
  | 'uca'
  | 'ucu'
  | 'rsv'
  | 'led'
  | 'rcn'
  | 'usg'
  | 'pur'
  | 'crd'
  | 'rfd'
  | 'dsp'
  | 'drf'
  | 'dlt'
  | 'inv'
  | 'psu'
  | 'own'
  | 'aud'
  | 'cag'
  | 'whe'
  | 'whd'
  | 'ivt'
  | 'mbr'
  | 'pol'
  | 'tvr'
  | 'vet'
  | 'vpo'
  | 'trv'
  | 'tsk'

/** Random bytes are generated for many ids together, because each call enters the system's generator. */
const RANDOM_POOL_BYTES = 256 * 16

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
/** Ids run ahead of the clock by milliseconds at most; more than this means that the clock was wrong and was set back. */
const CLOCK_SET_BACK_MS = 10_000

/** Makes a new id. Ids of one server sort in the order in which they were made, also within a millisecond. */
export type NewId = (prefix: IdPrefix) => string

/** Creates the one generator of a server. */
export function createNewId(timers: Pick<Timers, 'now'>, random: Pick<Random, 'bytes'>): NewId {
  let drawn: Buffer = Buffer.alloc(0)
  let taken = 0
  let lastMillisecond = 0
  let counter = 0

  return (prefix) => {
    if (taken === drawn.length) [drawn, taken] = [random.bytes(RANDOM_POOL_BYTES), 0]
    const bytes = drawn.subarray(taken, (taken += 16))
    const now = timers.now()
    if (now > lastMillisecond || lastMillisecond - now > CLOCK_SET_BACK_MS) {
      lastMillisecond = now
      counter = bytes.readUInt16BE(6) & 0x07ff
    } else if (++counter > 0x0fff) {
      lastMillisecond++
      counter = 0
    }
    bytes.writeUIntBE(lastMillisecond, 0, 6)
    bytes.writeUInt16BE(0x7000 | counter, 6)
    bytes[8] = (bytes[8]! & 0x3f) | 0x80
    return `${prefix}_${encode(bytes)}`
  }
}

/** The smallest ID of a prefix that was made at a moment of the machine clock or later. */
export function firstIdAt(prefix: IdPrefix, moment: Date): string {
  const bytes = Buffer.alloc(16)
  bytes.writeUIntBE(Math.max(0, moment.getTime()), 0, 6)
  return `${prefix}_${encode(bytes)}`
}

/** The ID of something that every server makes from the same facts: equal names have equal IDs. It sorts at the given moment. */
export function derivedId(prefix: IdPrefix, moment: Date, name: string): string {
  const bytes = createHash('sha256').update(name).digest().subarray(0, 16)
  bytes.writeUIntBE(Math.max(0, moment.getTime()), 0, 6)
  return `${prefix}_${encode(bytes)}`
}

/**
 * Encodes 128 bits as 26 base-32 characters, most significant first, so that text order is number order. Two zero bits
 * are prepended.
 */
function encode(bytes: Buffer): string {
  let text = ''
  let [gathered, bits] = [0, 2]
  for (const byte of bytes) {
    gathered = ((gathered & 0x1f) << 8) | byte
    for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET[(gathered >> (bits - 5)) & 31]
  }
  return text
}

const BODY = '[0-9a-hjkmnp-tv-z]{26}'
const PLAIN = new RegExp(`^([a-z]{3})_${BODY}(?:-\\d{1,16}){0,3}$`)

/** The prefix of a well-formed id, or null for anything else. */
export function prefixOf(id: string): IdPrefix | null {
  return (PLAIN.exec(id)?.[1] as IdPrefix | undefined) ?? null
}

/**
 * ID of a row that is identified by a position, for example the account's version and the operation in it: known before
 * the row is written, and resolved by the owner's primary key.
 */
export const positionalId = (prefix: IdPrefix, ownerId: string, ...place: readonly number[]): string =>
  `${prefix}_${ownerId.slice(4)}-${place.join('-')}`

/** The version comes first, and is as large as a number may be; the places within it are stored as 32 bits. */
const MAX_POSITION = 2 ** 31 - 1

/** Owner and position of such an ID. Null for another prefix or length, and for numbers with leading zeros: an object has one ID. */
export function positionOf(
  id: string,
  prefix: IdPrefix,
  owner: IdPrefix,
  length: number,
): { readonly ownerId: string; readonly place: readonly number[] } | null {
  const [body, ...place] = id.slice(4).split('-')
  const numbers = place.map(Number)
  if (prefixOf(id) !== prefix || numbers.length !== length || !numbers.every(Number.isSafeInteger)) return null
  if (numbers.some((number, index) => String(number) !== place[index])) return null
  if (numbers.slice(1).some((number) => number > MAX_POSITION)) return null
  return { ownerId: `${owner}_${body}`, place: numbers }
}
