import fc from 'fast-check'
import {
  decideAddonQuantity,
  decideRemaining,
  isReturned,
  paidTerms,
  turn,
  type PeriodPayment,
} from '#services/billing/model/decide-remaining.js'

const period = (quantity: number, standing = true, reverted = false): PeriodPayment => ({
  id: 'base',
  quantity,
  step: null,
  standing,
  reverted,
})
const step = (
  [fromPriceId, fromQuantity]: [string | null, number],
  [toPriceId, toQuantity]: [string, number],
  standing = true,
  reverted = false,
): PeriodPayment => ({
  id: `to-${toPriceId}-${toQuantity}`,
  quantity: toQuantity,
  step: { fromPriceId, fromQuantity, toPriceId, toQuantity },
  standing,
  reverted,
})
const line = (priceId: string, quantity: number) => ({ priceId, quantity })

/** Units at the beginning of a period, and changes: more, fewer, or another price with as many units. */
const LIFE = fc.tuple(
  fc.integer({ min: 1, max: 12 }),
  fc.array(
    fc.tuple(fc.constantFrom('raise' as const, 'lower' as const, 'price' as const), fc.integer({ min: 1, max: 12 })),
    {
      maxLength: 8,
    },
  ),
)
type Changes = readonly (readonly ['raise' | 'lower' | 'price', number])[]

/** The payments of a life, and its line. */
function live([start, changes]: readonly [number, Changes]) {
  let present = line('a', start)
  const payments: { -readonly [Key in keyof PeriodPayment]: PeriodPayment[Key] }[] = [period(start)]
  for (const [kind, units] of changes) {
    const { priceId, quantity } = present
    if (kind === 'raise') present = line(priceId, quantity + units)
    else if (kind === 'lower') present = line(priceId, Math.max(1, quantity - units))
    else present = line(`${priceId}+`, units)
    if (kind !== 'lower')
      payments.push({ ...step([priceId, quantity], [present.priceId, present.quantity]), id: String(payments.length) })
  }
  return { payments, present }
}

describe('Terms that are still paid after refunds', () => {
  it.each([
    ['nothing went back', [period(20), step(['a', 20], ['a', 100])], line('a', 100), { kind: 'keep' }],
    ['the only payment', [period(1, false)], line('a', 1), { kind: 'end' }],
    [
      'the payment for more of the same',
      [period(20), step(['a', 20], ['a', 1000], false)],
      line('a', 1000),
      { kind: 'change', to: line('a', 20) },
    ],
    [
      'the first payment: what was added stays',
      [period(20, false), step(['a', 20], ['a', 1000])],
      line('a', 1000),
      { kind: 'change', to: line('a', 980) },
    ],
    ['both', [period(20, false), step(['a', 20], ['a', 1000], false)], line('a', 1000), { kind: 'end' }],
    [
      'the second of three payments',
      [period(20), step(['a', 20], ['a', 50], false), step(['a', 50], ['a', 60])],
      line('a', 60),
      { kind: 'change', to: line('a', 30) },
    ],
    [
      'the payment for a higher plan',
      [period(1), step(['a', 1], ['b', 1], false)],
      line('b', 1),
      { kind: 'change', to: line('a', 1) },
    ],
    [
      'the payment before that for a higher plan, which then pays for nothing',
      [period(1, false), step(['a', 1], ['b', 1])],
      line('b', 1),
      { kind: 'end' },
    ],
    [
      'a payment that came back after the line was changed',
      [period(20), step(['a', 20], ['a', 1000], true, true)],
      line('a', 20),
      { kind: 'change', to: line('a', 1000) },
    ],
    [
      'a payment for a higher plan that came back',
      [period(1), step(['a', 1], ['b', 1], true, true)],
      line('a', 1),
      { kind: 'change', to: line('b', 1) },
    ],
    [
      'more was given up since than went back',
      [period(20), step(['a', 20], ['a', 1000], false)],
      line('a', 5),
      { kind: 'keep' },
    ],
    [
      'an increase before another one that was given up',
      [period(1), step(['a', 1], ['a', 10], false), step(['a', 10], ['a', 50])],
      line('a', 10),
      { kind: 'change', to: line('a', 1) },
    ],
    [
      'the first payment, after all that was added was given up',
      [period(10, false), step(['a', 10], ['a', 50])],
      line('a', 10),
      { kind: 'end' },
    ],
    [
      'an increase before another one that was given up and bought again',
      [period(1), step(['a', 1], ['a', 10], false), step(['a', 10], ['a', 50]), step(['a', 10], ['a', 20])],
      line('a', 20),
      { kind: 'change', to: line('a', 11) },
    ],
    [
      'a downgrade between two payments',
      [period(1000, false), step(['a', 20], ['a', 30])],
      line('a', 30),
      { kind: 'change', to: line('a', 10) },
    ],
    [
      'an increase before a higher plan with fewer units, which had removed it already',
      [period(5), step(['a', 5], ['a', 10], false), step(['a', 10], ['b', 4])],
      line('b', 4),
      { kind: 'keep' },
    ],
    [
      'the first payment, when a higher plan had removed all that was added: the higher plan keeps one',
      [period(10, false), step(['a', 10], ['a', 20]), step(['a', 20], ['b', 5])],
      line('b', 5),
      { kind: 'change', to: line('b', 1) },
    ],
    [
      'a higher plan with fewer units, which the next one had fewer of as well',
      [period(10), step(['a', 10], ['b', 4], false), step(['b', 4], ['c', 2])],
      line('c', 2),
      { kind: 'keep' },
    ],
    [
      'the last higher plan with fewer units: the earlier one has its units again',
      [period(10), step(['a', 10], ['b', 4], false)],
      line('b', 4),
      { kind: 'change', to: line('a', 10) },
    ],
  ])('%s', (_what, payments, present, expected) => {
    expect(decideRemaining(payments, present)).toEqual(expected)
  })

  it('count a payment between a refund and its failure as another one, not as a downgrade', () => {
    const payments = [period(1), step(['a', 1], ['a', 3], true, true), step(['a', 1], ['a', 2])]
    expect(decideRemaining(payments, line('a', 2))).toEqual({ kind: 'change', to: line('a', 4) })
  })

  it('count a refunded increase that a higher plan had removed before, when the period is restored', () => {
    const payments = (reverted: boolean) => [
      period(5),
      step(['a', 5], ['a', 10], false, reverted),
      step(['a', 10], ['b', 4]),
    ]
    for (const reverted of [false, true]) expect(paidTerms(payments(reverted))).toEqual(line('b', 4))
  })

  // Rows of releases that did not know turns have none.
  it.each([true, false])('never have more units of a price by a refund (turns are known: %s)', (areKnown) => {
    fc.assert(
      fc.property(LIFE, fc.array(fc.nat(8), { minLength: 1, maxLength: 4 }), (life, refunds) => {
        const { payments, present } = live(life)
        let held = present
        for (const refund of refunds) {
          payments[refund % payments.length]!.standing = false
          const remaining = decideRemaining(payments, held)
          if (remaining.kind === 'end') return
          const { to } = { to: held, ...remaining }
          expect(to.priceId === held.priceId ? to.quantity : 0).toBeLessThanOrEqual(held.quantity)
          held = to
          for (const payment of payments) {
            if (payment.standing || payment.reverted) continue
            Object.assign(payment, areKnown ? turn(payment, payments) : { reverted: true })
          }
        }
      }),
    )
  })

  const ACT = fc.tuple(
    fc.constantFrom('raise' as const, 'lower' as const, 'price' as const, 'refund' as const, 'refund' as const),
    fc.integer({ min: 1, max: 6 }),
  )
  it('are those of the line in lives with refunds between changes, before and after the line follows', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.array(ACT, { maxLength: 10 }), (start, acts) => {
        const { payments } = live([start, []])
        let held = line('a', start)
        for (const [kind, units] of acts) {
          const { priceId, quantity } = held
          // A lower quantity is known by the payment that follows it.
          if (kind === 'lower') held = line(priceId, Math.max(1, quantity - units))
          else if (kind !== 'refund') {
            held = kind === 'raise' ? line(priceId, quantity + units) : line(`${priceId}+`, units)
            payments.push({ ...step([priceId, quantity], [held.priceId, held.quantity]), id: String(payments.length) })
          } else {
            payments[units % payments.length]!.standing = false
            const remaining = decideRemaining(payments, held)
            if (remaining.kind === 'end') return
            held = { ...held, ...('to' in remaining ? remaining.to : {}) }
            for (const payment of payments) {
              if (!payment.standing && !payment.reverted) payment.revertedAfter = payments.at(-1)!.id
              payment.reverted = !payment.standing
            }
          }
          if (kind === 'lower') {
            held = line(priceId, held.quantity + 1)
            payments.push({
              ...step([priceId, held.quantity - 1], [priceId, held.quantity]),
              id: String(payments.length),
            })
          }
          const paid = paidTerms(payments)
          expect([paid?.quantity, paid?.priceId ?? 'a']).toEqual([held.quantity, held.priceId])
        }
      }),
      { numRuns: 1_000 },
    )
  })

  const CHANGE = fc.constantFrom('raise' as const, 'lower' as const, 'price' as const)
  it('are those before the refund if it fails, also after changes that no payment followed', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.array(fc.tuple(CHANGE, fc.integer({ min: 1, max: 6 })), { maxLength: 8 }),
        fc.boolean(),
        fc.array(fc.nat(8), { minLength: 1, maxLength: 3 }),
        (start, changes, isEarlierPrice, refunds) => {
          const { payments } = live([start, []])
          let held = line('a', start)
          const follow = () => {
            const remaining = decideRemaining(payments, held)
            const turns = payments.filter(({ standing, reverted }) => standing === reverted)
            for (const one of turns.map((payment) => [payment, turn(payment, payments, held)] as const))
              Object.assign(...one)
            if (remaining.kind === 'change') held = remaining.to
            return remaining.kind
          }
          for (const [kind, units] of changes) {
            const { priceId, quantity } = held
            if (kind === 'raise') held = line(priceId, quantity + units)
            if (kind === 'lower') held = line(priceId, Math.max(1, quantity - units))
            if (kind === 'price') held = line(`${priceId}+`, units)
            if (kind === 'raise' || kind === 'price')
              payments.push({
                ...step([priceId, quantity], [held.priceId, held.quantity]),
                id: String(payments.length),
              })
          }
          if (isEarlierPrice) held = line('a', held.quantity)
          // Each refund fails before the next one.
          for (const refund of refunds) {
            const before = held
            payments[refund % payments.length]!.standing = false
            if (follow() === 'end') return
            payments[refund % payments.length]!.standing = true
            follow()
            expect(held).toEqual(before)
          }
        },
      ),
      { numRuns: 300 },
    )
  })

  it('begin without the first payment only if the others had as many units', () => {
    const { payments } = live([
      2,
      [
        ['lower', 1],
        ['price', 2],
        ['price', 1],
        ['raise', 1],
      ],
    ])
    Object.assign(payments[0]!, { standing: false, reverted: true })
    payments[2]!.standing = false
    expect(paidTerms(payments)?.quantity).toBe(1)
  })

  it('have one unit while a change of the price is paid, however often it was removed', () => {
    const changes: Changes = [
      ['raise', 1],
      ['raise', 1],
      ['price', 2],
      ['raise', 1],
      ['lower', 2],
      ['raise', 1],
    ]
    const { payments } = live([1, changes])
    Object.assign(payments[0]!, { standing: false, reverted: true, revertedAfter: payments.at(-1)!.id })
    for (const first of [true, false]) {
      payments[1]!.standing = first
      expect(paidTerms(payments)).toEqual(line('a+', 2))
    }
  })

  it('are the same in any order of the refunds', () => {
    const payments = (first: boolean, second: boolean) => [period(20, first), step(['a', 20], ['a', 1000], second)]
    expect(decideRemaining(payments(false, false), line('a', 1000))).toEqual({ kind: 'end' })
    const afterFirst = [period(20, false, true), step(['a', 20], ['a', 1000], false)]
    expect(decideRemaining(afterFirst, line('a', 980))).toEqual({ kind: 'end' })
    const afterSecond = [period(20, false), step(['a', 20], ['a', 1000], false, true)]
    expect(decideRemaining(afterSecond, line('a', 20))).toEqual({ kind: 'end' })
  })
})

describe('Quantity of an add-on that is still paid after refunds', () => {
  const first = (standing = true, reverted = false) => step([null, 0], ['a', 1], standing, reverted)
  const second = (standing = true, reverted = false) => step(['a', 1], ['a', 2], standing, reverted)
  it.each([
    ['the last of two', [first(), second(false)], 2, 1],
    ['the first of two', [first(false), second()], 2, 1],
    ['both', [first(false), second(false)], 2, 0],
    ['one of two, after one was removed: the removed one is the one that went back', [first(), second(false)], 1, 1],
    ['one of two, after both were removed', [first(), second(false)], 0, 0],
    ['both, after one was removed', [first(false), second(false)], 1, 0],
    ['the other one, after one had gone back', [first(false, true), second(false)], 1, 0],
    ['one of two was restored', [first(), second(true, true)], 1, 2],
    ['the only one was restored', [first(true, true)], 0, 1],
    ['one was restored after another one was bought', [first(true, true), first()], 1, 2],
    ['one that was removed before the same was bought again', [first(false), first()], 1, 1],
    ['one of those that came with the period', [period(2), step(['a', 2], ['a', 3], false)], 3, 2],
    ['those that came with the period: what was added stays', [period(2, false), step(['a', 2], ['a', 3])], 3, 1],
  ])('%s', (_what, payments, present, expected) => {
    expect(decideAddonQuantity(payments, present)).toBe(expected)
  })
})

describe('Returned payment of a purchase', () => {
  const purchase = {
    status: 'REFUNDED',
    amountMinor: 100,
    reversedMinor: 100,
    creditMinor: 0,
    creditedMinor: 0,
  } as const
  it('is complete by refund, or by refund and credit; not by a part or an open dispute', () => {
    expect(isReturned(purchase)).toBe(true)
    expect(isReturned({ ...purchase, reversedMinor: 10, creditedMinor: 90 })).toBe(true)
    expect(isReturned({ ...purchase, reversedMinor: 10 })).toBe(false)
    expect(isReturned({ ...purchase, status: 'DISPUTED' })).toBe(false)
    expect(isReturned({ ...purchase, reversedMinor: 0, creditedMinor: 100 })).toBe(false)
  })
})
