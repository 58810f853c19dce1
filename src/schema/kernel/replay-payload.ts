import { field } from './decorators.js'
import { payloadType } from './payload.js'
import { SafeInt } from './scalars.js'

@payloadType('Result of a mutation that repeats many items.')
export class ReplayPayload {
  @field('Number of items that matched before the replay.', () => SafeInt, { nullable: true })
  matchedCount!: number | null

  @field(
    'Number of items that are repeated: at most 1,000 per call, the oldest first. Zero for a dry run.',
    () => SafeInt,
    { nullable: true },
  )
  replayedCount!: number | null

  @field('Number of matching items that this call left. Repeat the call for them.', () => SafeInt, { nullable: true })
  remainingCount!: number | null
}
