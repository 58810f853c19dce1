import fc from 'fast-check'
import type { PurchaseStatus } from '#entities/billing/purchase-state.js'
import { payoutCsv } from '#services/marketplace/earnings/earnings-csv.js'
import { decideShare, type NewEntry } from '#services/marketplace/earnings/decide-share.js'

const purchase = (status: PurchaseStatus, amountMinor: number, reversedMinor = 0, taxMinor = 0) => ({
  status,
  amountMinor,
  reversedMinor,
  taxMinor,
})
const sums = (entries: readonly NewEntry[]) => entries.map(({ kind, amountMinor }) => [kind, amountMinor])

describe('vendor share', () => {
  it.each([
    ['a sale', purchase('PAID', 9999), [['SALE', 7999]]],
    ['a payment on its way', purchase('PENDING', 9999), []],
    ['nothing to pay', purchase('PAID', 0), []],
    [
      'a part given back',
      purchase('PARTIALLY_REFUNDED', 1000, 500),
      [
        ['SALE', 800],
        ['CLAWBACK', -400],
      ],
    ],
    [
      'all given back',
      purchase('REFUNDED', 1000, 1000),
      [
        ['SALE', 800],
        ['CLAWBACK', -800],
      ],
    ],
    [
      'a dispute, which holds all',
      purchase('DISPUTED', 1000),
      [
        ['SALE', 800],
        ['CLAWBACK', -800],
      ],
    ],
    [
      'a dispute that was lost',
      purchase('CHARGED_BACK', 1000, 1000),
      [
        ['SALE', 800],
        ['CLAWBACK', -800],
      ],
    ],
    ['a sale with tax, which is the state’s', purchase('PAID', 1200, 0, 200), [['SALE', 800]]],
    [
      'a third given back, and its tax with it',
      purchase('PARTIALLY_REFUNDED', 1200, 400, 200),
      [
        ['SALE', 800],
        ['CLAWBACK', -267],
      ],
    ],
    [
      'all given back, tax and all',
      purchase('REFUNDED', 1200, 1200, 200),
      [
        ['SALE', 800],
        ['CLAWBACK', -800],
      ],
    ],
    ['what is nothing but tax', purchase('PAID', 7, 0, 7), [['SALE', 0]]],
  ])('of %s', (_what, purchased, expected) => {
    expect(sums(decideShare(purchased, [], 8000))).toEqual(expected)
  })

  it('is restored when a dispute is won', () => {
    const known = decideShare(purchase('DISPUTED', 1000), [], 8000)
    expect(sums(decideShare(purchase('PAID', 1000), known, 8000))).toEqual([['CLAWBACK_REVERSED', 800]])
  })

  it('has the same sum for any number and order of changes of a purchase', () => {
    const states = fc.record({
      status: fc.constantFrom<PurchaseStatus>(
        'PENDING',
        'PAID',
        'PARTIALLY_REFUNDED',
        'REFUNDED',
        'DISPUTED',
        'CHARGED_BACK',
      ),
      part: fc.integer({ min: 0, max: 100 }),
    })
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10 ** 9 }),
        fc.integer({ min: 0, max: 10_000 }),
        fc.array(states, { maxLength: 8 }),
        (amount, share, moves) => {
          const known: NewEntry[] = []
          for (const { status, part } of moves) {
            const taken = Math.floor((amount * part) / 100)
            known.push(...decideShare(purchase(status, amount, taken), known, share))
            known.push(...decideShare(purchase(status, amount, taken), known, share))
          }
          known.push(...decideShare(purchase('PAID', amount), known, share))
          expect(known.reduce((sum, { amountMinor }) => sum + amountMinor, 0)).toBe(
            Math.floor((amount * share) / 10_000),
          )
          expect(known.filter(({ kind }) => kind === 'SALE')).toHaveLength(1)
        },
      ),
    )
  })

  it('is a CSV file in which no name is a formula', () => {
    const file = payoutCsv([
      {
        vendorId: 'ven_1',
        vendorName: '=HYPERLINK("x")',
        accountId: 'acc_1',
        payoutAccountId: null,
        currency: 'JPY',
        amountMinor: 1234,
      },
    ])
    const [head, line] = file.split('\n')
    expect(head).toBe('vendor,name,account,payee,amount,currency')
    expect(line).toBe(`ven_1,"'=HYPERLINK(""x"")",acc_1,,1234,JPY`)
  })
})
