import fc from 'fast-check'
import { addMonths } from '#services/entitlements/model/quota-window.js'
import {
  amountsOf,
  raisesAfter,
  unpaidInPeriod,
  unpaidUnits,
  type Amounts,
  type CountedWindow,
} from '#services/entitlements/model/raises.js'
import { raiseOfChange } from '#services/billing/subscriptions/raise-of-change.js'

const START = new Date('2026-02-01T00:00:00Z')
const END = new Date('2026-03-01T00:00:00Z')
const LENGTH = END.getTime() - START.getTime()
const of = (units: number): Amounts => new Map([['units', units]])
const at = (share: number): Date => new Date(START.getTime() + Math.floor(share * (LENGTH - 1)))
const raise = (moment: Date) => ({ at: moment, periodStart: START, periodEnd: END })
const period = (moment: Date): CountedWindow => ({
  window: 'billing_period',
  anchor: START,
  timeZone: null,
  at: moment,
})

/** Changes of a period in order: shares of the period, and the units of the terms from then on. */
const CHANGES = fc
  .tuple(
    fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 6 }),
    fc.array(fc.nat(1_000_000), { minLength: 7, maxLength: 7 }),
  )
  .map(([shares, units]) =>
    shares.toSorted((a, b) => a - b).map((share, index) => ({ share, units: units[index + 1]!, first: units[0]! })),
  )

const after = (changes: readonly { share: number; units: number; first: number }[]) =>
  changes.reduce(
    ({ raises, units }, change) => ({
      raises: raisesAfter(raises, of(units), of(change.units), raise(at(change.share))),
      units: change.units,
    }),
    { raises: [] as ReturnType<typeof raisesAfter>, units: changes[0]!.first },
  )

describe('Units that changes add within a paid period', () => {
  it('are never more than the terms, and never more than the highest terms by their time', () => {
    fc.assert(
      fc.property(CHANGES, (changes) => {
        const { raises, units } = after(changes)
        const unpaid = unpaidUnits(raises, 'units', period(at(1 - 1e-9)), END)
        expect(unpaid).toBeGreaterThanOrEqual(0)
        expect(unpaid).toBeLessThanOrEqual(units)
        // The grant is at most the money of the units: the first terms, and each increase for the rest of the period.
        const first = changes[0]!.first
        const paid = changes.reduce(
          ({ sum, before }, change) => ({
            sum: sum + Math.max(0, change.units - before) * (1 - change.share),
            before: change.units,
          }),
          { sum: first, before: first },
        )
        expect(units - unpaid).toBeLessThanOrEqual(paid.sum + 1)
      }),
    )
  })

  it('are as without a payment that was returned, of the period or of any change', () => {
    fc.assert(
      fc.property(
        fc.nat(1_000_000),
        fc.uniqueArray(fc.record({ share: fc.double({ min: 0, max: 1, noNaN: true }), more: fc.nat(1_000_000) }), {
          minLength: 1,
          maxLength: 5,
          selector: ({ share }) => at(share).getTime(),
        }),
        fc.nat(5),
        (first, changes, place) => {
          const parts = [
            { changedAt: null, units: first },
            ...changes
              .toSorted((one, other) => one.share - other.share)
              .map(({ share, more }) => ({ changedAt: at(share), units: more })),
          ]
          const returned = place % parts.length
          const raisesOf = (paid: typeof parts) => {
            const steps = paid.flatMap(({ changedAt, units }) => (changedAt ? [{ changedAt, units }] : []))
            let raises: ReturnType<typeof raisesAfter> = []
            for (const { changedAt, units } of steps) raises = raisesAfter(raises, of(0), of(units), raise(changedAt))
            return raises
          }
          const whole = parts.reduce((sum, { units }) => sum + units, 0)
          const left = raisesAfter(raisesOf(parts), of(whole), of(whole - parts[returned]!.units), {
            ...raise(at(1)),
            payments: parts.map(({ changedAt }, index) => ({ changedAt, returned: index === returned })),
          })
          const [seen, right] = [left, raisesOf(parts.filter((_, index) => index !== returned))].map((raises) =>
            unpaidUnits(raises, 'units', period(at(1 - 1e-9)), END),
          )
          expect(seen).toBe(right)
        },
      ),
    )
  })

  it('are as without the change after it was reverted', () => {
    fc.assert(
      fc.property(CHANGES, fc.double({ min: 0, max: 1, noNaN: true }), (changes, share) => {
        const { raises, units } = after(changes)
        const higher = raisesAfter(raises, of(units), of(units + 500), raise(at(share)))
        const back = raisesAfter(higher, of(units + 500), of(units), raise(at(1)))
        expect(unpaidUnits(back, 'units', period(END), END)).toBe(unpaidUnits(raises, 'units', period(END), END))
      }),
    )
  })

  it('are whole from the next period on, in every window', () => {
    fc.assert(
      fc.property(
        CHANGES,
        fc.constantFrom('billing_period', 'month', 'week', 'day', 'hour', '30d', null),
        (changes, window) => {
          const { raises } = after(changes)
          const renewed = addMonths(END, 1)
          const later = {
            window,
            anchor: START,
            timeZone: null,
            at: new Date(END.getTime() + 7 * 86_400_000),
          } as CountedWindow
          expect(unpaidUnits(raises, 'units', later, renewed)).toBe(0)
        },
      ),
    )
  })

  it('of a year are those of its windows together', () => {
    const yearEnd = addMonths(START, 12)
    fc.assert(
      fc.property(fc.nat(364), fc.nat(100_000), (day, units) => {
        const moment = new Date(START.getTime() + day * 86_400_000)
        const raises = raisesAfter([], of(0), of(units), { at: moment, periodStart: START, periodEnd: yearEnd })
        let granted = 0
        for (let month = 0; month < 12; month++) {
          const start = addMonths(START, month)
          if (addMonths(START, month + 1) <= moment) continue
          granted += units - unpaidUnits(raises, 'units', period(start < moment ? moment : start), yearEnd)
        }
        const whole = units * 12
        expect(
          Math.abs(granted - (whole - 12 * unpaidInPeriod(raises, 'units', { start: START, end: yearEnd }))),
        ).toBeLessThanOrEqual(whole / 100 + 12)
      }),
    )
  })
})

describe('Money of a change', () => {
  const change = (line: object) =>
    raiseOfChange({
      before: { priceId: 'small', amountMinor: 2000, quantity: 1 },
      after: { priceId: 'large', amountMinor: 20_000, quantity: 1 },
      periodStart: START,
      periodEnd: END,
      isSamePeriod: true,
      change: undefined,
      now: at(0.5),
      ...line,
    })

  it('pays for units in proportion, rounded as the provider rounds it', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(100_000), fc.nat(100_000), (share, from, more) => {
        const now = at(share)
        const found = change({
          now,
          before: { priceId: 'small', amountMinor: from, quantity: 1 },
          after: { priceId: 'large', amountMinor: from + more, quantity: 1 },
        })
        const left = (END.getTime() - now.getTime()) / LENGTH
        const paid = found === null ? more : Math.round((from + more) * left) - Math.round(from * left)
        const raises = found ? raisesAfter([], of(from), of(from + more), found) : []
        const granted = from + more - unpaidUnits(raises, 'units', period(now), END)
        expect(granted).toBeLessThanOrEqual(from + Math.max(0, paid))
      }),
    )
  })

  it('is of a whole period at its start, with a new period, and for terms at the same price', () => {
    expect(change({ now: new Date(START.getTime() + 30_000) })).toBeNull()
    expect(change({ isSamePeriod: false })).toBeNull()
    expect(change({ change: { at: 'PERIOD_END', asOf: at(0.1) } })).toBeNull()
    expect(change({ after: { priceId: 'small', amountMinor: 2000, quantity: 1 } })?.at).toEqual(START)
  })

  it('counts nothing that has no limit, and no limits', () => {
    const granted = { enabled: true, unlimited: true, feature: { code: 'units', kind: 'QUOTA' } }
    const limit = { enabled: true, unlimited: false, feature: { code: 'members', kind: 'LIMIT' } }
    const amounts = amountsOf([granted, limit] as never, () => 5)
    expect([...amounts]).toEqual([['units', Infinity]])
    expect(raisesAfter([], of(5), amounts, raise(at(0.5)))).toEqual([])
  })
})
