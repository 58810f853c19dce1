import { objectType } from './decorators.js'
import { StreamEvent } from './stream-event.type.js'

/** Tells a subscriber that events are missing. */
@objectType(
  'The cursor is older than what is kept, or the reader was too slow: read the state again, then follow from here.',
  { implements: StreamEvent },
)
export class Resync implements StreamEvent {
  readonly __typename!: 'Resync'
  cursor!: string
  sequence!: number
  at!: Date
}
