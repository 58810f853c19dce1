import { label } from './format.js'
import { StateBadge, type StateColor } from './state-badge.js'

const GROUPS: readonly (readonly [StateColor, readonly string[]])[] = [
  [
    'green',
    [
      'ACTIVE',
      'TRIALING',
      'PAID',
      'SUCCEEDED',
      'PROCESSED',
      'COMPLETED',
      'APPROVED',
      'APPLIED',
      'ONLINE',
      'ACCEPTED',
      'DELIVERED',
      'CLOSED',
    ],
  ],
  [
    'blue',
    [
      'OPEN',
      'PROPOSED',
      'PENDING',
      'RECEIVED',
      'PROCESSING',
      'RUNNING',
      'SCHEDULED',
      'SUBMITTED',
      'UNDER_REVIEW',
      'CREATING',
      'STARTED',
      'CLOSING',
      'REVERTING',
    ],
  ],
  [
    'orange',
    [
      'PAST_DUE',
      'RETRYING',
      'DEFERRED',
      'QUARANTINED',
      'NEEDS_CHANGES',
      'DEGRADED',
      'STOPPED',
      'PARTIALLY_REFUNDED',
      'DISPUTED',
    ],
  ],
  ['red', ['UNPAID', 'DEAD', 'FAILED', 'OFFLINE', 'REJECTED', 'UNREACHABLE', 'DENIED', 'NOT_REVERTED']],
]
const COLORS = new Map(GROUPS.flatMap(([color, states]) => states.map((state) => [state, color] as const)))

/** A state in words, with the color of its meaning. */
export const StatusBadge = ({ state }: { readonly state: string }) => (
  <StateBadge color={COLORS.get(state) ?? 'gray'}>{label(state)}</StateBadge>
)
