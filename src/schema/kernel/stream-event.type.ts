import { field, interfaceType } from './decorators.js'
import { STREAM_CURSOR, STREAM_SEQUENCE } from './descriptions.js'
import { DateTime, SafeInt } from './scalars.js'

/** One event of the gap-free sequence of an account or a deployment. */
@interfaceType('One event of a stream. Each account and each deployment has one gap-free stream.')
export abstract class StreamEvent {
  @field(STREAM_CURSOR, () => String)
  cursor!: string

  @field(STREAM_SEQUENCE, () => SafeInt)
  sequence!: number

  @field('Time of the event.', () => DateTime)
  at!: Date
}
