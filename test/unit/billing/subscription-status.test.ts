import type { SubscriptionStatus } from '#entities/billing/subscription-state.js'
import { decideSubscription, type Projection } from '#services/billing/subscriptions/decide-subscription.js'

const STATUSES = [
  'TRIALING',
  'ACTIVE',
  'PAST_DUE',
  'UNPAID',
  'PAUSED',
  'INCOMPLETE',
  'INCOMPLETE_EXPIRED',
  'CANCELED',
] as const satisfies readonly SubscriptionStatus[]

const in_ = (status: SubscriptionStatus, changed: Partial<Projection> = {}): Projection => ({
  status,
  planVersionId: 'plv_1',
  quantity: 1,
  currentPeriodStart: new Date('2026-01-15T10:00:00Z'),
  currentPeriodEnd: new Date('2026-02-15T10:00:00Z'),
  trialEnd: null,
  cancelAt: null,
  canceledAt: null,
  graceUntil: null,
  accessEndedAt: null,
  suspendedAt: null,
  pause: null,
  discounts: [],
  ...changed,
})

/**
 * Meaning of each transition: the event's name without its family, and the effect on the entitlements; `·` means no
 * event.
 */
const TABLE: Record<SubscriptionStatus | 'NONE', string> = {
  //                    TRIALING          ACTIVE            PAST_DUE          UNPAID       PAUSED       INCOMPLETE   INCOMPLETE_EXPIRED CANCELED
  NONE: '               activated+        activated+        activated+        updated      updated      updated      updated            updated',
  TRIALING:
    '           ·                 updated+          past_due+         unpaid-      paused-      updated-     canceled-          canceled-',
  ACTIVE:
    '             updated+          ·                 past_due+         unpaid-      paused-      updated-     canceled-          canceled-',
  PAST_DUE:
    '           recovered+        recovered+        ·                 unpaid-      paused-      updated-     canceled-          canceled-',
  UNPAID:
    '             activated+        activated+        activated+        ·            paused       updated      canceled           canceled',
  PAUSED:
    '             activated+        activated+        activated+        unpaid       ·            updated      canceled           canceled',
  INCOMPLETE:
    '         activated+        activated+        activated+        unpaid       paused       ·            canceled           canceled',
  INCOMPLETE_EXPIRED:
    ' activated+        activated+        activated+        unpaid       paused       updated      ·                  canceled',
  CANCELED:
    '           activated+        activated+        activated+        unpaid       paused       updated      canceled           ·',
}

const ENTITLEMENTS: Record<string, string> = { '+': 'grant', '-': 'end' }

describe('Transitions between statuses', () => {
  const cases = Object.entries(TABLE).flatMap(([from, row]) =>
    row
      .trim()
      .split(/\s+/)
      .map((cell, column) => [from, STATUSES[column]!, cell] as const),
  )
  it('are listed for all pairs', () => {
    expect(cases).toHaveLength(9 * STATUSES.length)
  })

  it.each(cases)('from %s to %s are %s', (from, to, cell) => {
    const previous = from === 'NONE' ? null : in_(from as SubscriptionStatus)
    const sign = cell.at(-1)!
    const expected =
      cell === '·'
        ? { event: null, entitlements: 'keep' }
        : { event: `subscription.${cell.replace(/[+-]$/, '')}`, entitlements: ENTITLEMENTS[sign] ?? 'keep' }
    expect(decideSubscription(previous, in_(to))).toEqual(expected)
  })

  it('end entitlements once after the grace period, and restore them when paid', () => {
    const held = in_('PAST_DUE', { accessEndedAt: new Date('2026-02-25T11:00:00Z') })
    expect(decideSubscription(held, in_('CANCELED'))).toEqual({ event: 'subscription.canceled', entitlements: 'keep' })
    expect(decideSubscription(held, in_('UNPAID'))).toEqual({ event: 'subscription.unpaid', entitlements: 'keep' })
    expect(decideSubscription(held, in_('ACTIVE'))).toEqual({ event: 'subscription.activated', entitlements: 'grant' })
  })

  it('include a change of add-ons alone', () => {
    expect(decideSubscription(in_('ACTIVE'), in_('ACTIVE'), 'changed')).toEqual({
      event: 'subscription.items_changed',
      entitlements: 'grant',
    })
  })
})
