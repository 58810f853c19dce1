import { field, interfaceType } from './decorators.js'
import { DateTime, SafeInt } from './scalars.js'

/** One event of the gap-free sequence of an account or a deployment. */
@interfaceType('One event of a stream. An account, and a deployment, each have one gap-free sequence of events.')
export abstract class StreamEvent {
  @field('The place of this event in its sequence; hand it back as `after:` to go on from here.', () => String)
  cursor!: string

  @field(
    'The number of this event in the journal of its account or deployment. The journal has no gaps. A subscription that carries only some kinds of events skips the numbers of the others: a gap there is no loss. Continue from `cursor`.',
    () => SafeInt,
  )
  sequence!: number

  @field('When it happened.', () => DateTime)
  at!: Date
}
