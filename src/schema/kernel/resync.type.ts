import { enumType, field, objectType } from './decorators.js'
import { StreamItem } from './stream-item.type.js'

export const ResyncReason = enumType('ResyncReason', 'Reason why the state must be read.', {
  STARTED: 'The stream starts here, because the subscription has no `after`.',
  RETENTION: 'Events after the cursor were deleted because they were older than the retention period.',
  RESTORED: 'The database was restored, moved or failed over since the cursor was returned.',
})
export type ResyncReason = keyof typeof ResyncReason

/** Notifies a subscriber of events that it does not receive. */
@objectType('Earlier events are not emitted. Read the current state, then continue from this cursor.', {
  implements: StreamItem,
})
export class Resync implements StreamItem {
  readonly __typename!: 'Resync'
  cursor!: string
  at!: Date

  @field('Reason why the state must be read.', () => ResyncReason)
  reason!: ResyncReason
}
