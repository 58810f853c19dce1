import { Temporal } from 'temporal-polyfill'

/** Terms of a plan of the model, as the documentation describes them. */
export interface ModelPlan {
  readonly code: string
  /** Units of one paid unit, for each window. */
  readonly amount: number
  readonly window: 'month' | 'billing_period'
  readonly rollover: { readonly share: number; readonly maximum: number | null; readonly periods: number } | null
}

interface Lot {
  readonly amount: number
  readonly from: number
  readonly until: number
  used: number
  revoked: boolean
}

interface Use {
  readonly until: number
  units: number
}

/** Before every start of a test. */
const FIRST_MONTH = Date.UTC(2026, 0, 1)

/** The start of the window with a number: calendar months, or months after the anchor, each counted from it. */
function boundary(window: ModelPlan['window'], anchor: number, number: number): number {
  const first = window === 'month' ? FIRST_MONTH : anchor
  return Temporal.Instant.fromEpochMilliseconds(first).toZonedDateTimeISO('UTC').add({ months: number })
    .epochMilliseconds
}

/** The end of the window that contains a time. */
export function windowEnd(window: ModelPlan['window'], anchor: number, at: number): number {
  let number = 0
  while (boundary(window, anchor, number) <= at) number++
  return boundary(window, anchor, number)
}

/** The start of the window that contains a time. */
export function windowStart(window: ModelPlan['window'], anchor: number, at: number): number {
  let number = 0
  while (boundary(window, anchor, number + 1) <= at) number++
  return boundary(window, anchor, number)
}

/**
 * Rollover as docs/entitlements.md describes it: the allowance is used first, then lots that rolled over, the earliest to end first. Written without the
 * code of the product: lots and uses are plain lists, and every end of a window is visited in order.
 */
export class RolloverModel {
  granted = 0
  expired = 0
  revoked = 0
  usedOfLots = 0
  debt = 0
  private lots: Lot[] = []
  private uses: Use[] = []
  constructor(
    private now: number,
    private plan: ModelPlan,
    private quantity: number,
    private anchor: number,
  ) {}

  change(plan: ModelPlan, quantity: number, anchor: number): void {
    Object.assign(this, { plan, quantity, anchor })
  }

  /** Moves to a later time, and visits the ends of all windows until then. */
  advance(to: number): void {
    for (let end = this.end(); end <= to; end = this.end()) {
      // The last millisecond of the window.
      this.now = end - 1
      const unused = Math.max(0, this.allowance() - this.usedNow())
      const start = windowStart(this.plan.window, this.anchor, this.now)
      // A window that contains the end of another one, by a change of the plan, adds nothing.
      const isSecond = this.lots.some(({ from, revoked }) => from > start && !revoked)
      this.now = end
      this.expire()
      const { rollover } = this.plan
      if (!rollover || isSecond) continue
      const held = this.lots.reduce((sum, lot) => sum + this.left(lot), 0)
      const share = Math.floor((unused * rollover.share) / 100)
      const amount = rollover.maximum === null ? share : Math.min(share, rollover.maximum - held)
      if (amount <= 0) continue
      let until = end
      for (let count = 0; count < rollover.periods; count++) until = windowEnd(this.plan.window, this.anchor, until)
      this.granted += amount
      this.lots.push({ amount, from: end, until, used: 0, revoked: false })
      this.lots.sort((left, right) => left.until - right.until || left.from - right.from)
      this.repay()
    }
    this.now = to
    this.expire()
  }

  /** Uses units, all of them or none. */
  use(units: number): boolean {
    if (units > this.available()) return false
    const ofAllowance = Math.min(units, Math.max(0, this.allowance() - this.usedNow()))
    if (ofAllowance > 0) this.uses.push({ until: this.end(), units: ofAllowance })
    this.take(units - ofAllowance)
    return true
  }

  /** Uses units as a fact: those that are not available become debt, which the next lots repay. */
  record(units: number): void {
    const available = Math.min(units, this.available())
    this.use(available)
    this.debt += units - available
  }

  available(): number {
    return Math.max(0, this.allowance() - this.usedNow()) + this.lots.reduce((sum, lot) => sum + this.left(lot), 0)
  }

  /** Revokes the lot that rolled over at a time, as a refund does: used units become debt. False if there is none. */
  revoke(from: number): boolean {
    const lot = this.lots.find((one) => one.from === from && !one.revoked)
    if (!lot) return false
    this.revoked += this.left(lot)
    lot.revoked = true
    this.debt += lot.used
    this.repay()
    return true
  }

  /** Times at which lots that still count have rolled over. */
  rolledAt(): number[] {
    return this.lots.filter(({ revoked }) => !revoked).map(({ from }) => from)
  }

  held(): number {
    return this.lots.reduce((sum, lot) => sum + this.left(lot), 0)
  }

  private left = (lot: Lot): number => (lot.revoked ? 0 : lot.amount - lot.used)
  private end = (): number => windowEnd(this.plan.window, this.anchor, this.now)
  private allowance = (): number => this.plan.amount * this.quantity
  private usedNow = (): number => this.uses.reduce((sum, { until, units }) => (until > this.now ? sum + units : sum), 0)

  private take(units: number): void {
    let missing = units
    for (const lot of this.lots) {
      const taken = Math.min(missing, this.left(lot))
      lot.used += taken
      this.usedOfLots += taken
      missing -= taken
    }
  }

  private repay(): void {
    const paid = Math.min(this.debt, this.held())
    this.take(paid)
    this.debt -= paid
  }

  private expire(): void {
    for (const lot of this.lots) if (lot.until <= this.now) this.expired += this.left(lot)
    this.lots = this.lots.filter(({ until }) => until > this.now)
  }
}
