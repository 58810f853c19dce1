import { objectType } from './decorators.js'
import { StreamEvent } from './stream-event.type.js'

/** Notifies a subscriber of missing events. */
@objectType('The cursor is too old or the client too slow. Read the current state, then continue from this cursor.', {
  implements: StreamEvent,
})
export class Resync implements StreamEvent {
  readonly __typename!: 'Resync'
  cursor!: string
  sequence!: number
  at!: Date
}
