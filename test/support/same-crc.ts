import { crc32 } from 'node:zlib'

const POLYNOMIAL = 0xedb88320

/** Position of the four letters. */
const MARK = '@@@@@@'

/** The table of CRC32, and for each highest byte of an entry the entry's place: what undoes a step. */
const TABLE = Array.from({ length: 256 }, (_, index) => {
  let value = index
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1
  return value >>> 0
})
const PLACE = new Map(TABLE.map((value, index) => [value >>> 24, index]))

/**
 * Returns another text with the CRC32 of the first: `write` creates it around four letters that are computed. Tries
 * different fillings until the four characters are letters that are allowed in a JSON string.
 */
export function withSameCrc(original: string, write: (filling: string) => string): string {
  const wanted = crc32(original)
  for (let attempt = 0; attempt < 1_000_000; attempt++) {
    const filling = attempt.toString(36).padStart(6, 'x')
    const [before, after] = write(`${filling}${MARK}`).split(MARK) as [string, string]
    const patch = patchFor(wanted, Buffer.from(before), Buffer.from(after))
    if (patch.every((byte) => byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c))
      return `${before}${patch.toString('latin1')}${after}`
  }
  throw new Error('no text with the same checksum was found')
}

/** The four bytes between two parts that lead to a checksum. */
function patchFor(wanted: number, before: Buffer, after: Buffer): Buffer {
  // Back from the end to the place of the patch, then back over four bytes that are not known.
  let state = ~wanted >>> 0
  for (const byte of after.toReversed()) {
    const place = PLACE.get(state >>> 24)!
    state = (((state ^ TABLE[place]!) << 8) | (place ^ byte)) >>> 0
  }
  const places: number[] = []
  let back = state
  for (let step = 0; step < 4; step++) {
    const place = PLACE.get(back >>> 24)!
    places.unshift(place)
    back = ((back ^ TABLE[place]!) << 8) >>> 0
  }
  let forward = ~crc32(before) >>> 0
  return Buffer.from(
    places.map((place) => {
      const byte = (forward ^ place) & 0xff
      forward = (forward >>> 8) ^ TABLE[place]!
      return byte
    }),
  )
}
