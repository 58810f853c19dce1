import {
  decideCheckoutDrift,
  decideSubscriptionDrift,
  type OurSubscription,
  type TheirSubscription,
} from '#services/billing/reconciliation/decide-drift.js'
import { describeDrift } from '#services/billing/reconciliation/describe-drift.js'

const plus = { planId: 'pln_plus', planCode: 'plus' }
const ours: OurSubscription = {
  status: 'ACTIVE',
  ...plus,
  quantity: 2,
  entitled: true,
  granted: true,
  awaitsPayment: false,
  scheduled: null,
  discounts: [],
}
const theirs: TheirSubscription = {
  status: 'ACTIVE',
  plan: { id: 'pln_plus', code: 'plus', quantity: 2 },
  customerKnown: true,
  scheduled: null,
  discounts: [],
}
const discount = {
  externalId: 'di_1',
  code: 'SPRING',
  name: null,
  percentOff: 25,
  amountOff: null,
  duration: 'REPEATING',
  endsAt: '2026-04-15T10:00:00.000Z',
} as const
const basic = { id: 'pln_basic', code: 'basic', quantity: 2 }
const toBasic = { code: 'basic', quantity: 2, price: 'price_basic', at: new Date('2026-02-15T10:00:00Z') }

describe('subscription drift', () => {
  const cases: [string, OurSubscription | null, TheirSubscription | null, string[]][] = [
    ['nothing, when both say the same', ours, theirs, []],
    ['missing here', null, theirs, ['missing_subscription']],
    ['missing here, of a customer whom nobody knows', null, { ...theirs, customerKnown: false }, ['unknown_customer']],
    ['ended there before it was ever known here', null, { ...theirs, status: 'CANCELED' }, []],
    ['of another business on the same provider account', null, { ...theirs, plan: null }, []],
    ['unknown there', ours, null, ['extra_subscription']],
    ['ended here, and unknown there', { ...ours, status: 'CANCELED' }, null, []],
    ['another status', ours, { ...theirs, status: 'PAST_DUE' }, ['wrong_status']],
    ['ended there, running here', ours, { ...theirs, status: 'CANCELED' }, ['wrong_status']],
    ['another plan', ours, { ...theirs, plan: basic }, ['wrong_plan']],
    ['another quantity', ours, { ...theirs, plan: { ...theirs.plan!, quantity: 5 } }, ['wrong_quantity']],
    [
      'another plan and quantity',
      ours,
      { ...theirs, plan: { ...basic, quantity: 1 } },
      ['wrong_plan', 'wrong_quantity'],
    ],
    ['the same discount', { ...ours, discounts: [{ ...discount }] }, { ...theirs, discounts: [discount] }, []],
    ['a discount only there', ours, { ...theirs, discounts: [discount] }, ['wrong_discounts']],
    [
      'a discount that ends earlier there',
      { ...ours, discounts: [discount] },
      { ...theirs, discounts: [{ ...discount, endsAt: '2026-03-15T10:00:00.000Z' }] },
      ['wrong_discounts'],
    ],
    [
      'a first payment that takes days',
      { ...ours, status: 'INCOMPLETE', entitled: false, granted: false, awaitsPayment: true },
      theirs,
      [],
    ],
    [
      'in arrears, and the time of grace is over',
      { ...ours, status: 'PAST_DUE', entitled: false, granted: false },
      { ...theirs, status: 'PAST_DUE' },
      [],
    ],
    ['the same scheduled change', { ...ours, scheduled: toBasic }, { ...theirs, scheduled: { ...toBasic } }, []],
    ['a scheduled change only here', { ...ours, scheduled: toBasic }, theirs, ['scheduled_change_missing']],
    [
      'a scheduled change with another quantity there',
      { ...ours, scheduled: toBasic },
      { ...theirs, scheduled: { ...toBasic, quantity: 3 } },
      ['scheduled_change_missing'],
    ],
    [
      'a scheduled change with another price there',
      { ...ours, scheduled: toBasic },
      { ...theirs, scheduled: { ...toBasic, price: 'price_yearly' } },
      ['scheduled_change_missing'],
    ],
    ['a scheduled change only there', ours, { ...theirs, scheduled: toBasic }, ['scheduled_change_unknown']],
    ['paid, and the plan was not given', { ...ours, granted: false }, theirs, ['paid_not_granted']],
    [
      'not paid, and the plan was kept',
      { ...ours, status: 'UNPAID', entitled: false },
      { ...theirs, status: 'UNPAID' },
      ['granted_not_paid'],
    ],
    [
      'ended on both sides, and the plan was kept',
      { ...ours, status: 'CANCELED', entitled: false },
      { ...theirs, status: 'CANCELED' },
      ['granted_not_paid'],
    ],
  ]
  it.each(cases)('%s', (_what, mine, their, kinds) => {
    expect(decideSubscriptionDrift(mine, their).map(({ kind }) => kind)).toEqual(kinds)
  })
})

describe('completion of paid checkouts', () => {
  const paid = { status: 'COMPLETE', paid: true }
  it.each([
    ['OPEN', paid, 1],
    ['PROCESSING', paid, 1],
    ['EXPIRED', paid, 1],
    ['COMPLETED', paid, 0],
    ['QUARANTINED', paid, 0],
    ['PROCESSING', { status: 'COMPLETE', paid: false }, 0],
    ['OPEN', { status: 'OPEN', paid: false }, 0],
  ] as const)('%s here, %j there', (mine, their, count) => {
    expect(decideCheckoutDrift(mine, their)).toHaveLength(count)
  })
})

describe('words of a difference', () => {
  it('have the moment of a scheduled change as people read it', () => {
    const at = new Date('2026-02-15T10:00:00Z')
    const scheduled = { code: 'basic', quantity: 1, price: 'pri_1', at }
    const [difference] = decideSubscriptionDrift(ours, { ...theirs, scheduled })
    expect(describeDrift({ ...difference!, object: 'subscription:sub_1' })).toBe(
      'Subscription sub_1 has a scheduled change at the provider that is not recorded here (at the provider: plan basic, quantity 1, price pri_1, at February 15, 2026 at 10:00 AM UTC).',
    )
  })
})
