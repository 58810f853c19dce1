import { field, interfaceType } from './decorators.js'
import { STREAM_CURSOR } from './descriptions.js'
import { DateTime } from './scalars.js'

/** An item of a subscription. */
@interfaceType('An item of a stream.')
export abstract class StreamItem {
  @field(STREAM_CURSOR, () => String)
  cursor!: string

  @field(
    'Time of the item: machine clock for agents, commands, their reports and operators, business clock otherwise. That of `Resync` is the time it was sent (business clock).',
    () => DateTime,
  )
  at!: Date
}
