import { objectType } from './decorators.js'
import { StreamEvent } from './stream-event.type.js'

/** Tells a subscriber that events are missing. */
@objectType('The cursor is too old or the client too slow. Read the current state, then continue from this cursor.', {
  implements: StreamEvent,
})
export class Resync implements StreamEvent {
  readonly __typename!: 'Resync'
  cursor!: string
  sequence!: number
  at!: Date
}
