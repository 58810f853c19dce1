import { createHash } from 'node:crypto'
import { decideCredit, remainderOf, type CreditSource } from '#services/billing/model/decide-credit.js'
import {
  isRetained,
  purchaseEvent,
  purchaseFigures,
  reversedShare,
  type PurchaseFigures,
} from '#services/billing/model/decide-purchase.js'
import { decideRefund } from '#services/billing/model/decide-refund.js'
import { decideRemaining, type PeriodPayment } from '#services/billing/model/decide-remaining.js'
import {
  decideGrace,
  decideSubscription,
  type Projection,
} from '#services/billing/subscriptions/decide-subscription.js'
import { creditOfLine, creditOfLines } from '#services/billing/model/decide-unused-credit.js'
import { parseDecimal, toDecimal } from '#services/kernel/money/money.js'
import { createSeededRandom } from '#test/support/seeded-random.js'
import { yearsOf } from '#proof/decisions/steps.js'
import { Difference, type Lived, type LiveOptions } from '#proof/decisions/live.js'

/** A payment with everything that became of it, at the provider and here. */
interface PaymentState {
  readonly paid: number
  /** Part of the price that was paid with credit. */
  readonly byCredit: number
  readonly refunds: { amountMinor: number; status: 'PENDING' | 'SUCCEEDED' | 'FAILED' }[]
  readonly disputes: { amountMinor: number; status: 'OPEN' | 'WON' | 'LOST' }[]
  credited: number
  figures: PurchaseFigures | null
  /** Units that the payment gave, and those that were taken back. */
  readonly units: number
}

type Status = Projection['status']
const STATUSES: readonly Status[] = [
  'TRIALING',
  'ACTIVE',
  'ACTIVE',
  'PAST_DUE',
  'PAST_DUE',
  'UNPAID',
  'PAUSED',
  'INCOMPLETE',
  'CANCELED',
]
const DAY = 86_400_000
const GRACE_DAYS = 7

/**
 * A customer's money: payments, refunds, disputes, credit and a subscription with its grace period. Every decision of the product is
 * compared with sums that are computed here in another way. The same seed takes the same steps.
 */
export function liveMoney(seed: number, length: number, options: LiveOptions = {}): Lived {
  const life = new MoneyLife(seed)
  const hash = createHash('sha256')
  for (let index = 0; index < length; index++) {
    if (options.until !== undefined && index > options.until) break
    let line: string
    try {
      line = life.step()
    } catch (error) {
      throw new Difference(index, (error as Error).message)
    }
    if (!options.log) continue
    const text = JSON.stringify([index, line])
    hash.update(`${text}\n`)
    options.log(text)
  }
  return { operations: length, milliseconds: life.now - life.start, digest: options.log ? hash.digest('hex') : '' }
}

class MoneyLife {
  readonly start = Date.UTC(2026, 0, 15)
  now = this.start
  private readonly random: ReturnType<typeof createSeededRandom>
  private payments: PaymentState[] = []
  private subscription: Projection | null = null
  private hasPlan = false
  private failedAt: number | null = null

  private readonly scale: number

  constructor(seed: number) {
    this.scale = yearsOf(seed)
    this.random = createSeededRandom(seed)
  }

  private int(from: number, to: number): number {
    return from + Math.floor(this.random.next() * (to - from + 1))
  }

  private one<Value>(values: readonly Value[]): Value {
    return values[this.int(0, values.length - 1)]!
  }

  step(): string {
    this.now += this.int(0, 3 * DAY * this.scale)
    const kind = this.random.next()
    if (kind < 0.15 || this.payments.length === 0) return this.pay()
    if (kind < 0.35) return this.refund()
    if (kind < 0.45) return this.dispute()
    if (kind < 0.55) return this.credit()
    if (kind < 0.63) return this.settleRefund()
    if (kind < 0.78) return this.renewOrFail()
    if (kind < 0.86) return this.unusedTime()
    if (kind < 0.93) return this.remaining()
    return this.decimals()
  }

  private pay(): string {
    const price = this.int(0, 5) === 0 ? this.int(1, 3) : this.int(50, 20_000)
    const byCredit = this.int(0, 3) === 0 ? this.int(0, price - 1) : 0
    this.payments.push({
      paid: price - byCredit,
      byCredit,
      refunds: [],
      disputes: [],
      credited: 0,
      figures: null,
      units: this.int(1, 200),
    })
    if (this.payments.length > 12) this.payments.shift()
    this.follow(this.payments.at(-1)!)
    return `pays ${price - byCredit} and ${byCredit} of credit`
  }

  /** The figures of a payment after a change at the provider, compared with sums. */
  private follow(payment: PaymentState): void {
    const { paid, refunds, disputes, units } = payment
    const shuffled = this.int(0, 1) === 0 ? refunds : refunds.toReversed()
    const figures = purchaseFigures({
      status: 'SUCCEEDED',
      money: { amountMinor: paid, currency: 'USD' },
      refunds: shuffled,
      disputes,
    } as unknown as Parameters<typeof purchaseFigures>[0])!
    const back = total(refunds, ({ status }) => status !== 'FAILED')
    const lost = total(disputes, ({ status }) => status === 'LOST')
    equal('refunded', figures.refundedMinor, Math.min(paid, back))
    equal('reversed', figures.reversedMinor, Math.min(paid, back + lost))
    const isOpen = disputes.some(({ status }) => status === 'OPEN')
    const expected = isOpen
      ? 'DISPUTED'
      : disputes.some(({ status }) => status === 'LOST')
        ? 'CHARGED_BACK'
        : back === 0
          ? 'PAID'
          : back >= paid
            ? 'REFUNDED'
            : 'PARTIALLY_REFUNDED'
    equal('status', figures.status, expected)
    const event = purchaseEvent(payment.figures, figures)
    if (payment.figures === null) equal('first event', event, 'purchase.paid')
    else if (JSON.stringify(payment.figures) === JSON.stringify(figures)) equal('event without a change', event, null)
    else if (figures.reversedMinor < payment.figures.reversedMinor && !isOpen)
      equal('event of a return', event === 'purchase.paid', false)
    payment.figures = figures
    const share = reversedShare(units, {
      status: figures.status,
      amountMinor: paid,
      reversedMinor: figures.reversedMinor,
    })
    const fraction = paid === 0 ? 0n : (BigInt(units) * BigInt(figures.reversedMinor)) / BigInt(paid)
    const all = isOpen || (figures.reversedMinor > 0 && figures.reversedMinor >= paid)
    equal('units to revoke', share, all ? units : Number(fraction))
    if (!isOpen && figures.reversedMinor >= paid && figures.reversedMinor > 0)
      equal(
        'kept after everything was returned',
        isRetained({ status: figures.status, amountMinor: paid, reversedMinor: figures.reversedMinor }),
        false,
      )
  }

  private row(payment: PaymentState) {
    const { paid, byCredit, credited, figures } = payment
    return {
      status: figures!.status,
      provider: 'STRIPE' as const,
      amountMinor: paid,
      refundedMinor: figures!.refundedMinor,
      reversedMinor: figures!.reversedMinor,
      creditMinor: byCredit,
      creditedMinor: credited,
      currency: 'USD',
      paymentId: 'pi_1',
    }
  }

  private refund(): string {
    const payment = this.one(this.payments)
    const row = this.row(payment)
    const requested = this.int(0, 3) === 0 ? null : this.one([1, this.int(1, 20_000), 0, -5, row.amountMinor])
    const decided = decideRefund(row, payment.refunds, requested)
    // Money that can still be returned: what was paid, minus refunds on their way, lost disputes and money that became credit.
    const gone =
      total(payment.refunds, ({ status }) => status !== 'FAILED') +
      total(payment.disputes, ({ status }) => status === 'LOST')
    const left = Math.max(0, payment.paid - gone - Math.max(0, payment.credited - payment.byCredit))
    const isOpen = payment.figures!.status === 'PAID' || payment.figures!.status === 'PARTIALLY_REFUNDED'
    const wanted = requested ?? left
    const expected = isOpen && payment.paid > 0 && left > 0 && wanted >= 1 && wanted <= left ? wanted : null
    equal('refund', typeof decided === 'number' ? decided : null, expected)
    if (typeof decided !== 'number') return `refund of ${requested} denied: ${decided.code}`
    payment.refunds.push({ amountMinor: decided, status: 'PENDING' })
    this.follow(payment)
    this.conserved(payment)
    return `refunds ${decided}`
  }

  private settleRefund(): string {
    const payment = this.one(this.payments)
    const refund = payment.refunds.find(({ status }) => status === 'PENDING')
    if (!refund) return 'no refund'
    refund.status = this.int(0, 3) === 0 ? 'FAILED' : 'SUCCEEDED'
    this.follow(payment)
    return `refund ${refund.status}`
  }

  private dispute(): string {
    const payment = this.one(this.payments)
    const open = payment.disputes.find(({ status }) => status === 'OPEN')
    if (open) open.status = this.one(['WON', 'LOST'])
    else if (payment.disputes.length === 0) payment.disputes.push({ amountMinor: payment.paid, status: 'OPEN' })
    this.follow(payment)
    return `dispute ${payment.disputes.at(-1)?.status}`
  }

  /** An immediate downgrade gives unused money back as credit. */
  private credit(): string {
    const sources = this.payments.toReversed().map((payment, index): CreditSource => {
      const { amountMinor, creditMinor, reversedMinor, creditedMinor } = this.row(payment)
      const source = { purchaseId: `pur_${index}`, amountMinor, creditMinor, reversedMinor, creditedMinor }
      equal('remainder', remainderOf(source), Math.max(0, amountMinor + creditMinor - reversedMinor - creditedMinor))
      return source
    })
    const given = this.int(0, 30_000)
    const { shares, excessMinor } = decideCredit(given, sources)
    let left = given
    const expected = sources.flatMap((source) => {
      const share = Math.min(
        left,
        Math.max(0, source.amountMinor + source.creditMinor - source.reversedMinor - source.creditedMinor),
      )
      left -= share
      return share > 0 ? [{ purchaseId: source.purchaseId, amountMinor: share }] : []
    })
    equal('credit', shares, expected)
    equal(
      'excess credit',
      excessMinor,
      Math.min(
        left,
        total(
          sources.map(({ reversedMinor }) => ({ amountMinor: reversedMinor })),
          () => true,
        ),
      ),
    )
    for (const { purchaseId, amountMinor } of shares) {
      const payment = this.payments.toReversed()[Number(purchaseId.slice(4))]!
      payment.credited += amountMinor
      this.conserved(payment)
    }
    return `credits ${given - left}`
  }

  /** Money and credit that went back are never more than what was given. */
  private conserved({ paid, byCredit, credited, refunds, disputes }: PaymentState): void {
    const back = total(refunds, ({ status }) => status !== 'FAILED')
    if (back > paid) throw new Error(`${back} of ${paid} was refunded`)
    const isLost = disputes.some(({ status }) => status === 'LOST')
    if (!isLost && back + credited > paid + byCredit)
      throw new Error(`${back} refunded and ${credited} credited of ${paid + byCredit}`)
  }

  private renewOrFail(): string {
    const status = this.one(STATUSES)
    const everPaid = this.payments.some(({ paid, figures }) => paid > 0 && figures!.reversedMinor < paid)
    const previous = this.subscription
    const now = new Date(this.now)
    const row = previous && {
      status: previous.status,
      graceUntil: previous.graceUntil,
      accessEndedAt: previous.accessEndedAt,
    }
    const grace = decideGrace(row, status, now, { graceDays: GRACE_DAYS, everPaid })
    this.checkGrace(previous, status, everPaid, grace)
    const next: Projection = {
      status,
      planVersionId: this.one(['plv_basic', 'plv_plus']),
      quantity: this.int(1, 3),
      currentPeriodStart: now,
      currentPeriodEnd: new Date(this.now + 30 * DAY),
      trialEnd: null,
      cancelAt: null,
      canceledAt: null,
      discounts: [],
      pause: null,
      suspendedAt: null,
      ...grace,
    }
    const decided = decideSubscription(previous, next)
    const isEntitled =
      (status === 'TRIALING' || status === 'ACTIVE' || status === 'PAST_DUE') && next.accessEndedAt === null
    if (decided.entitlements === 'grant') this.hasPlan = true
    if (decided.entitlements === 'end') this.hasPlan = false
    equal(`plan after ${status}`, this.hasPlan, isEntitled)
    if (
      isEntitled &&
      previous &&
      (previous.planVersionId !== next.planVersionId || previous.quantity !== next.quantity)
    )
      equal('a changed plan is assigned', decided.entitlements, 'grant')
    if (decided.event === null) throw new Error('a new period made no event')
    const again = decideSubscription(next, next)
    equal('the same state again', again, { event: null, entitlements: 'keep' })
    this.subscription = next
    return `${status}: ${decided.event} ${decided.entitlements} ${next.graceUntil?.toISOString() ?? ''}`
  }

  /** One grace period for one unpaid invoice, from its first failure, and none for money that was never paid, or at the end of a pause. */
  private checkGrace(
    previous: Projection | null,
    status: Status,
    everPaid: boolean,
    grace: Pick<Projection, 'graceUntil' | 'accessEndedAt'>,
  ): void {
    const isUnpaid = status === 'PAST_DUE' || status === 'UNPAID'
    if (!isUnpaid) {
      this.failedAt = null
      return equal('grace of a paid subscription', grace, { graceUntil: null, accessEndedAt: null })
    }
    this.failedAt ??= this.now
    const latest = this.failedAt + GRACE_DAYS * DAY
    const until = grace.graceUntil!.getTime()
    if (until > latest)
      throw new Error(`grace until ${new Date(until).toISOString()} is longer than ${GRACE_DAYS} days`)
    if (!previous?.graceUntil && status === 'PAST_DUE')
      equal(
        'grace of a first failure',
        until,
        everPaid && previous?.status !== 'PAUSED' ? this.now + GRACE_DAYS * DAY : this.now,
      )
    if (previous?.graceUntil && everPaid) equal('grace of another failure', until, previous.graceUntil.getTime())
    if (!everPaid && until > this.now) throw new Error('grace without any payment')
  }

  private unusedTime(): string {
    const start = this.now - this.int(0, 40) * DAY
    const end = start + this.one([1, 28, 31, 365]) * DAY
    const [price, listed] = [this.int(1, 50_000), this.int(1, 50_000)]
    const paid = this.int(0, listed)
    const allowances = Array.from({ length: this.int(0, 2) }, (_, index) => ({
      feature: `f${index}`,
      granted: this.int(1, 500),
      used: this.int(0, 600),
    }))
    const line = {
      description: 'plan',
      quantity: 1,
      priceMinor: price,
      paidMinor: paid,
      listedMinor: listed,
      periodStart: new Date(start).toISOString(),
      periodEnd: new Date(end).toISOString(),
      allowances,
    }
    const credit = creditOfLine(line, new Date(this.now))
    // The smallest of all shares decides: compared by cross multiplication of each of them, rounded down.
    const shares = [
      [Math.min(end - start, Math.max(0, end - this.now)), end - start],
      ...allowances.map(({ granted, used }) => [Math.max(0, granted - used), granted]),
    ]
    const expected = Math.min(
      ...shares.map(([part, whole]) =>
        Number((BigInt(price) * BigInt(paid) * BigInt(part!)) / (BigInt(listed) * BigInt(whole!))),
      ),
    )
    equal('credit of unused time', credit, expected)
    const left = this.int(0, 30_000)
    const unused = { currency: this.one(['USD', 'KWD']), beginsPeriod: false, lines: [line, line] }
    const parts = creditOfLines(unused, new Date(this.now), left)
    const step = unused.currency === 'KWD' ? 10 : 1
    const all = Math.floor(Math.min(left, 2 * expected) / step) * step
    equal(
      'credit of all lines',
      parts.reduce((sum, part) => sum + part, 0),
      all,
    )
    equal('parts of a credit that cannot be refunded', parts.filter((part) => part % step !== 0).length, 0)
    return `unused time ${credit}`
  }

  /** Payments of one period: the first for the period, the others for added units. Some are returned. */
  private remaining(): string {
    const base = this.int(1, 4)
    let reached = base
    const payments: PeriodPayment[] = [
      { id: 'pur_0', quantity: base, step: null, standing: this.int(0, 3) > 0, reverted: false },
    ]
    for (let index = 1; index <= this.int(0, 3); index++) {
      const added = this.int(1, 3)
      const step = { fromPriceId: 'prc_1', toPriceId: 'prc_1', fromQuantity: reached, toQuantity: reached + added }
      payments.push({
        id: `pur_${index}`,
        quantity: reached + added,
        step,
        standing: this.int(0, 2) > 0,
        reverted: false,
      })
      reached += added
    }
    const decided = decideRemaining(payments, { priceId: 'prc_1', quantity: reached })
    const paid = payments.reduce(
      (sum, { standing, step, quantity }) =>
        sum + (standing ? (step ? step.toQuantity - step.fromQuantity : quantity) : 0),
      0,
    )
    const expected =
      paid === 0
        ? { kind: 'end' }
        : paid === reached
          ? { kind: 'keep' }
          : { kind: 'change', to: { priceId: 'prc_1', quantity: paid } }
    equal('what is still paid', decided, expected)
    return `${paid} of ${reached} are still paid`
  }

  private decimals(): string {
    const [currency, digits] = this.one([
      ['USD', 2],
      ['JPY', 0],
      ['BHD', 3],
    ] as const)
    const amountMinor = this.one([this.int(0, 20), this.int(0, 9_999_999), -this.int(1, 5000)])
    const text = toDecimal({ amountMinor, currency })
    equal('decimal', parseDecimal(text, currency).amountMinor, amountMinor)
    const shorter = text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text
    equal('decimal without zeros', parseDecimal(shorter, currency).amountMinor, amountMinor)
    equal('decimals', text.includes('.') ? text.split('.')[1]!.length : 0, digits)
    equal('value', Math.round(Number(text) * 10 ** digits), amountMinor)
    return `${text} ${currency}`
  }
}

const total = <Part extends { readonly amountMinor: number }>(
  parts: readonly Part[],
  counts: (part: Part) => boolean,
): number => parts.filter(counts).reduce((sum, { amountMinor }) => sum + amountMinor, 0)

function equal(what: string, actual: unknown, expected: unknown): void {
  const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)]
  if (is !== should) throw new Error(`${what} is ${is}, expected ${should}`)
}
