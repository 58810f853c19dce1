import { enumType, field, objectType } from './decorators.js'
import {
  BillingStream,
  CommandStream,
  DeploymentStream,
  EntitlementStream,
  OperatorStream,
  PresenceStream,
  StreamEvent,
} from './stream-event.type.js'

export const ResyncReason = enumType('ResyncReason', 'Reason why a stream cannot continue without a gap.', {
  RETENTION: 'Events after the cursor were deleted because they were older than the retention period.',
  RESTORED: 'The database was restored, moved or failed over since the cursor was returned.',
})
export type ResyncReason = keyof typeof ResyncReason

/** Notifies a subscriber of missing events. */
@objectType('Events after the cursor are missing. Read the current state, then continue from this cursor.', {
  implements: [
    StreamEvent,
    BillingStream,
    EntitlementStream,
    CommandStream,
    PresenceStream,
    DeploymentStream,
    OperatorStream,
  ],
})
export class Resync implements StreamEvent {
  readonly __typename!: 'Resync'
  cursor!: string
  sequence!: number
  at!: Date

  @field('Reason why events are missing.', () => ResyncReason)
  reason!: ResyncReason
}
