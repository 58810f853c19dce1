import fc from 'fast-check'
import {
  decideAddonQuantity,
  decideRemaining,
  isBegun,
  lineBefore,
  paidTerms,
  type LineTerms,
  type PeriodPayment,
  type Turn,
} from '#services/billing/model/decide-remaining.js'
import {
  addonPayments,
  begunTurns,
  payments,
  turnsOfEnd,
  turnsOfLines,
  type RunningPayment,
} from '#services/billing/model/period-payments.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'

const catalog = {
  productById: new Map([
    ['plan', { type: 'PLAN' }],
    ['storage', { type: 'PACKAGE' }],
  ]),
} as unknown as CatalogSnapshot

type Product = 'plan' | 'storage'
type Row = { -readonly [Key in keyof RunningPayment]: RunningPayment[Key] }

/** A payment, and the units of the line that it paid for: a separate book of the test. */
interface Entry {
  row: Row
  readonly product: Product
  units: number
  /** The line has the units. */
  onLine: boolean
  isInvoice: boolean
}

const ACTS = [
  'raise',
  'lower',
  'lower and raise',
  'remove addon',
  'addon',
  'refund',
  'refund later',
  'refund and restore',
  'restore',
  'write off',
  'pay',
  'end',
] as const
/** Attempts to follow the money that are interrupted before the provider has the line, or after it. */
const INTERRUPTIONS = fc.array(fc.constantFrom('before the line', 'after the line'), { maxLength: 2 })
const LIFE = fc.array(fc.tuple(fc.constantFrom(...ACTS), fc.integer({ min: 1, max: 6 }), INTERRUPTIONS), {
  maxLength: 14,
})

/** A subscription whose payments are refunded, restored, written off and paid later, also after its end. */
class Life {
  readonly #book: Entry[] = []
  readonly #lines = { plan: 0, storage: 0 }
  #serial = 0
  #ended = false
  #interruptions: string[] = []

  constructor(units: number) {
    this.#buy('plan', units)
    this.#book[0]!.row.step = null
  }

  act(kind: (typeof ACTS)[number], units: number, interruptions: readonly string[]): void {
    this.#interruptions = [...interruptions]
    const some = (of: readonly Entry[]) => of[units % Math.max(1, of.length)]
    if (kind === 'restore' || kind === 'pay') {
      const returned = some(this.#book.filter(({ row, isInvoice }) => isInvoice === (kind === 'pay') && isBack(row)))
      if (!returned) return
      // Money for a change that comes after the end is returned.
      if (kind === 'pay' && this.#ended) return
      if (kind === 'pay') {
        // The purchase of a written-off invoice has the invoice's place and turns, and its own ID.
        returned.row = { ...returned.row, id: this.#newId(), ofInvoice: returned.row.id }
        returned.isInvoice = false
      }
      return this.#restore(returned)
    }
    if (this.#ended) return
    if (kind === 'raise') this.#buy('plan', units)
    if (kind === 'addon') this.#buy('storage', units)
    if (kind === 'lower' || kind === 'lower and raise') this.#lower('plan', units)
    if (kind === 'lower and raise') this.#buy('plan', 1)
    if (kind === 'remove addon') this.#lower('storage', units)
    if (kind === 'write off') {
      const written = this.#buy('plan', units)
      written.isInvoice = true
      if (units % 2 === 0) this.#buy('plan', 1)
      giveBack(written)
      this.#follow('plan')
    }
    if (kind === 'end') {
      for (const entry of this.#book.filter(({ product }) => product === 'plan')) giveBack(entry)
      this.#follow('plan')
    }
    if (kind === 'refund' || kind === 'refund later' || kind === 'refund and restore') {
      const paid = some(this.#book.filter(({ row }) => !isBack(row)))
      if (!paid) return
      giveBack(paid)
      // The money can turn back before an interrupted attempt is repeated.
      if (kind === 'refund and restore' && this.#isInterrupted(paid.product)) this.#restore(paid)
      else if (kind !== 'refund later') this.#follow(paid.product)
    }
  }

  /** The units that are paid after the end, or that the line has, by the code and by the book. */
  units(product: Product): readonly [number, number] {
    const rows = this.#rows()
    if (this.#ended) return [paidTerms(payments(catalog, rows, PLAN))?.quantity ?? 0, this.#paid('plan')]
    return [this.#lines[product], sumOf(this.#of(product).filter(({ onLine }) => onLine))]
  }

  #newId = (): string => `id-${++this.#serial}`

  #rows = (): Row[] => this.#book.map(({ row }) => row)

  #of = (product: Product): Entry[] => this.#book.filter((entry) => entry.product === product)

  #paid = (product: Product): number => sumOf(this.#of(product).filter(({ row }) => !isBack(row)))

  #buy(product: Product, units: number): Entry {
    const fromQuantity = this.#lines[product]
    const toQuantity = fromQuantity + units
    const row: Row = {
      id: this.#newId(),
      subscriptionId: PLAN.subscriptionId,
      productId: product,
      quantity: toQuantity,
      step: { fromPriceId: fromQuantity === 0 ? null : product, fromQuantity, toPriceId: product, toQuantity },
      reverted: false,
      revertedAfter: null,
      purchasedAt: new Date(0),
      changedAt: new Date(0),
      ofInvoice: null,
      status: 'PAID',
      amountMinor: units,
      reversedMinor: 0,
      creditMinor: 0,
      creditedMinor: 0,
    }
    const entry = { row, product, units, onLine: true, isInvoice: false }
    this.#book.push(entry)
    this.#lines[product] = toQuantity
    return entry
  }

  /** Removes the units that were added last. A lower quantity is known by the payment, or by the turn, that follows it. */
  #lower(product: Product, units: number): void {
    let left = Math.max(0, Math.min(units, this.#lines[product] - (product === 'plan' ? 1 : 0)))
    this.#lines[product] -= left
    for (const entry of this.#of(product).toReversed()) {
      if (!entry.onLine) continue
      const less = Math.min(entry.units, left)
      entry.units -= less
      left -= less
    }
  }

  #restore(entry: Entry): void {
    entry.row.reversedMinor = 0
    entry.row.status = 'PAID'
    this.#follow(entry.product)
  }

  /** The lines follow the money, as the code decides. */
  #follow(product: Product): void {
    while (!this.#ended && this.#isInterrupted(product));
    for (const entry of this.#of(product)) entry.onLine = !isBack(entry.row)
  }

  /** Follows the money. True if the attempt was interrupted, so that its event is delivered again. */
  #isInterrupted(product: Product): boolean {
    const rows = this.#rows()
    const chain =
      product === 'plan'
        ? payments(catalog, rows, PLAN)
        : addonPayments(catalog, rows, { ...PLAN, productId: 'storage' })
    const line = lineBefore(chain) ?? { priceId: product, quantity: this.#lines[product] }
    const quantity = product === 'plan' ? this.#remaining(chain, line) : decideAddonQuantity(chain, line.quantity)
    if (quantity === null) {
      this.#ended = true
      this.#write(turnsOfEnd(catalog, rows, line))
      for (const entry of this.#book) giveBack(entry)
      return false
    }
    const interruption = this.#interruptions.pop()
    if (quantity !== this.#lines[product]) {
      this.#write(begunTurns(chain, line))
      if (interruption !== 'before the line') this.#lines[product] = quantity
      if (interruption) return true
    }
    this.#write(turnsOfLines(chain, line))
    expect(this.#of(product).filter(({ row }) => isBegun(row))).toEqual([])
    return false
  }

  #remaining(chain: readonly PeriodPayment[], line: LineTerms): number | null {
    const remaining = decideRemaining(chain, line)
    if (remaining.kind === 'end') return null
    return remaining.kind === 'change' ? remaining.to.quantity : line.quantity
  }

  #write(turns: readonly Turn[]): void {
    for (const { id, ...columns } of turns) Object.assign(this.#book.find(({ row }) => row.id === id)!.row, columns)
  }
}

const PLAN = { subscriptionId: 'sub' }
const isBack = ({ reversedMinor }: Pick<Row, 'reversedMinor'>): boolean => reversedMinor > 0
const sumOf = (entries: readonly Entry[]): number => entries.reduce((sum, { units }) => sum + units, 0)
function giveBack({ row }: Entry): void {
  row.reversedMinor = row.amountMinor
  row.status = 'REFUNDED'
}

describe('Units of a subscription in generated lives', () => {
  it('are those that were paid for: with add-ons, written-off invoices, failed refunds, and after the end', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), LIFE, (start, acts) => {
        const life = new Life(start)
        for (const [kind, units, interruptions] of acts) {
          life.act(kind, units, interruptions)
          for (const product of ['plan', 'storage'] as const) {
            const [held, paid] = life.units(product)
            expect(held).toBe(paid)
          }
        }
      }),
      { numRuns: 2_000 },
    )
  })
})
