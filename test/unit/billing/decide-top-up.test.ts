import fc from 'fast-check'
import { decideTopUp, type TopUpInput } from '#services/billing/top-ups/decide-top-up.js'

const seed = Number(process.env['SEED'] ?? 20261124)

const at = new Date('2026-03-10T12:00:00Z')
const input: TopUpInput = {
  auto: { amountMinor: 500, currency: 'USD', maxPerMonth: 3, endedAt: null, stoppedAt: null },
  threshold: 100,
  balance: 99,
  price: { amountMinor: 500, currency: 'USD' },
  isOpen: false,
  inMonth: 2,
  isReversed: false,
  hold: null,
  hasMethod: true,
  at,
}

describe('decideTopUp', () => {
  it.each<[string, Partial<TopUpInput>, object]>([
    ['charges below the threshold', {}, { kind: 'charge', amountMinor: 500 }],
    ['not at the threshold', { balance: 100 }, { kind: 'skip' }],
    ['not while a top-up can still succeed', { isOpen: true }, { kind: 'skip' }],
    ['not after it was removed', { auto: { ...input.auto, endedAt: at } }, { kind: 'skip' }],
    ['not after it stopped', { auto: { ...input.auto, stoppedAt: at } }, { kind: 'skip' }],
    ['a lower price', { price: { amountMinor: 400, currency: 'USD' } }, { kind: 'charge', amountMinor: 400 }],
    ['no higher price', { price: { amountMinor: 501, currency: 'USD' } }, { kind: 'stop', reason: 'PRICE_CHANGED' }],
    ['no other currency', { price: { amountMinor: 5, currency: 'EUR' } }, { kind: 'stop', reason: 'PRICE_CHANGED' }],
    ['no pack that is not for sale', { price: null }, { kind: 'stop', reason: 'NOT_FOR_SALE' }],
    ['no more than the month allows', { inMonth: 3 }, { kind: 'wait', until: new Date('2026-04-01T00:00:00Z') }],
    ['nothing after a refund', { isReversed: true }, { kind: 'stop', reason: 'REVERSED' }],
    ['nothing during a dispute', { hold: 'DISPUTED' }, { kind: 'stop', reason: 'DISPUTED' }],
    ['nothing without a method', { hasMethod: false }, { kind: 'stop', reason: 'NO_PAYMENT_METHOD' }],
  ])('%s', (_title, change, decision) => {
    expect(decideTopUp({ ...input, ...change })).toEqual(decision)
  })

  it('never charges more than agreed, beyond the month, at the threshold, or beside an open top-up', () => {
    const money = fc.record({
      amountMinor: fc.integer({ min: 1, max: 1000 }),
      currency: fc.constantFrom('USD', 'USD', 'EUR'),
    })
    const date = fc.constantFrom(null, null, null, at)
    const any: fc.Arbitrary<TopUpInput> = fc.record({
      auto: fc.record({
        amountMinor: fc.integer({ min: 1, max: 1000 }),
        currency: fc.constant('USD'),
        maxPerMonth: fc.integer({ min: 1, max: 5 }),
        endedAt: date,
        stoppedAt: date,
      }),
      threshold: fc.integer({ min: 1, max: 100 }),
      balance: fc.integer({ min: 0, max: 120 }),
      price: fc.oneof(money, fc.constant(null)),
      isOpen: fc.boolean(),
      inMonth: fc.integer({ min: 0, max: 6 }),
      isReversed: fc.boolean(),
      hold: fc.constantFrom(null, 'DISPUTED', 'DELETION_SCHEDULED'),
      hasMethod: fc.boolean(),
      at: fc.constant(at),
    })
    fc.assert(
      fc.property(any, (one) => {
        const decision = decideTopUp(one)
        if (decision.kind !== 'charge') return
        expect(decision.amountMinor).toBe(one.price!.amountMinor)
        expect(one.price!.currency).toBe(one.auto.currency)
        expect(decision.amountMinor).toBeLessThanOrEqual(one.auto.amountMinor)
        expect(one.inMonth).toBeLessThan(one.auto.maxPerMonth)
        expect(one.balance).toBeLessThan(one.threshold)
        expect([one.isOpen, one.isReversed, one.hold, one.hasMethod]).toEqual([false, false, null, true])
        expect([one.auto.endedAt, one.auto.stoppedAt]).toEqual([null, null])
      }),
      { seed, numRuns: 2000 },
    )
  })
})
