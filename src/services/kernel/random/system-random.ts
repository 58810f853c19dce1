import { randomBytes, randomUUID } from 'node:crypto'
import type { Random } from './random.js'

/** Randomness of the system. Only the entry points choose it; all other code receives its source. */
export const systemRandom: Random = {
  next: () => Math.random(),
  uuid: () => randomUUID(),
  bytes: (size) => randomBytes(size),
}
