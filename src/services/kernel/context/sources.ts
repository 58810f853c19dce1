import { createNewId, type NewId } from '../ids/ids.js'
import type { Random } from '../random/random.js'
import { systemRandom } from '../random/system-random.js'
import { systemTimers } from '../time/system-timers.js'
import type { Timers } from '../time/timers.js'

/** Everything of one server that does not follow from its input: time, randomness, and the ids made of both. */
export interface Sources {
  readonly timers: Timers
  readonly random: Random
  /** For the database: rows take their ids from the handle that writes them. */
  readonly newId: NewId
}

/** Sources of a server or a command. Default: those of the system. Called by entry points only. */
export function createSources(timers: Timers = systemTimers, random: Random = systemRandom): Sources {
  return { timers, random, newId: createNewId(timers, random) }
}
