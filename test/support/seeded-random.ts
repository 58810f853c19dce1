import type { Random } from '#services/kernel/random/random.js'

/** Randomness that depends only on its seed: the same seed gives the same sequence. By Mulberry32, which is not secure. */
export function createSeededRandom(seed: number): Random {
  let state = seed >>> 0
  const uint32 = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  const bytes = (size: number): Buffer => {
    const made = Buffer.alloc(size)
    for (let at = 0; at < size; at++) made[at] = uint32() >>> 24
    return made
  }
  return {
    next: () => uint32() / 2 ** 32,
    bytes,
    uuid: () => {
      const drawn = bytes(16)
      drawn[6] = (drawn[6]! & 0x0f) | 0x40
      drawn[8] = (drawn[8]! & 0x3f) | 0x80
      return drawn.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
    },
  }
}
