import { randomBytes } from 'node:crypto'

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
  | 'prd'
  | 'prc'
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
  | 'due'
  | 'enr'

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
let lastMillisecond = 0
let counter = 0

/** A new id; ids made by one process in one millisecond still sort in the order they were made. */
export function newId(prefix: IdPrefix): string {
  const bytes = randomBytes(16)
  const now = Date.now()
  if (now > lastMillisecond) {
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

/** 128 bits as 26 base-32 characters, most significant first, so that text order is number order. */
function encode(bytes: Buffer): string {
  let value = (bytes.readBigUInt64BE(0) << 64n) | bytes.readBigUInt64BE(8)
  let text = ''
  for (let index = 0; index < 26; index++) {
    text = ALPHABET[Number(value & 31n)]! + text
    value >>= 5n
  }
  return text
}

/** The prefix of a well-formed id, or null for anything else. */
export function prefixOf(id: string): IdPrefix | null {
  return (/^([a-z]{3})_[0-9a-hjkmnp-tv-z]{26}$/.exec(id)?.[1] as IdPrefix | undefined) ?? null
}
