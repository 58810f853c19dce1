import { DEFAULT_PLANS, FEATURES, LIMITS, NEAR_LIMIT, PACKAGES, PLANS, type Amount } from '#proof/decisions/terms.js'

const DAY = 86_400_000
/** A report may be this far ahead of the clock; its use counts now. */
const CLOCK_DIFFERENCE = 5 * 60_000
const HALF_DAY = DAY / 2
const FOREVER = Infinity
/** A plan of an account, or an add-on, with its begin and end. Times are milliseconds. */
export interface ModelHolding {
  readonly code: string
  readonly quantity: number
  readonly since: number
  until: number
}

interface ModelOverride {
  readonly feature: string
  readonly amount: number | null
  readonly since: number
  readonly until: number
}

interface ModelPack {
  readonly id: string
  readonly feature: string
  readonly amount: number
  readonly grantedAt: number
  readonly expiresAt: number
  readonly hasPriority: boolean
  free: number
  held: number
  revokedAt: number | null
  /** Used units by time of the decision. */
  readonly uses: { at: number; amount: number }[]
}

/** Use of an allowance until its own window ends. */
interface ModelUse {
  readonly feature: string
  readonly end: number
  used: number
  held: number
}

interface HoldPart {
  readonly pack: ModelPack | null
  readonly use: ModelUse | null
  readonly amount: number
}

interface ModelHold {
  readonly feature: string
  readonly amount: number
  readonly expiresAt: number
  readonly parts: readonly HoldPart[]
}

/** What the documents promise of one feature. */
export interface Expected {
  readonly granted: boolean
  readonly unlimited: boolean
  readonly limit: number | null
  readonly used: number
  readonly reserved: number
  readonly remaining: number | null
  readonly resetsAt: number | null
  readonly nearLimit: boolean
}

/**
 * An account by the documents (docs/entitlements.md), written without code of the product: lists of uses with their
 * times instead of counters, and plain numbers instead of dates.
 */
export class ModelAccount {
  now: number
  readonly createdAt: number
  readonly plans: { main: ModelHolding[]; support: ModelHolding[] } = { main: [], support: [] }
  readonly addons: ModelHolding[] = []
  readonly overrides: ModelOverride[] = []
  readonly packs: ModelPack[] = []
  readonly holds = new Map<string, ModelHold>()
  readonly debts: Record<string, number> = {}
  readonly resources: Record<string, Set<string>> = Object.fromEntries(LIMITS.map((code) => [code, new Set<string>()]))
  readonly members: { at: number; count: number }[] = []
  private uses: ModelUse[] = []

  constructor(now: number) {
    this.now = now
    this.createdAt = now
  }

  /** The plan of a group: of those that run, the highest; of equal ones, the first. */
  private plan(group: 'main' | 'support'): ModelHolding | null {
    let best: ModelHolding | null = null
    for (const one of this.plans[group])
      if (one.since <= this.now && this.now < one.until && (!best || PLANS[one.code]!.rank > PLANS[best.code]!.rank))
        best = one
    return best
  }

  private *amounts(feature: string): Generator<number | 'unlimited' | true> {
    for (const group of ['main', 'support'] as const) {
      const held = this.plan(group)
      const amount = PLANS[held?.code ?? DEFAULT_PLANS[group]]!.amounts[feature]
      if (amount !== undefined) yield this.amountOf(amount, held?.quantity ?? 1)
    }
    for (const { code, quantity, since, until } of this.addons) {
      const amount = PACKAGES[code]!.amounts[feature]
      if (amount === undefined || this.now < since || this.now >= until) continue
      yield typeof amount === 'number' ? amount * quantity : (amount as true)
    }
    for (const one of this.overrides)
      if (one.feature === feature && one.since <= this.now && this.now < one.until) yield one.amount ?? 'unlimited'
  }

  private amountOf(amount: Amount, quantity: number): number | 'unlimited' | true {
    if (typeof amount !== 'object') return amount
    return 'perUnit' in amount ? amount.perUnit * quantity : amount.perSeat * this.mostMembers()
  }

  /** The most members at any time of this calendar month. */
  private mostMembers(): number {
    const first = monthStart(this.now)
    let before = 1
    let most = 1
    for (const { at, count } of this.members) {
      if (at < first) before = count
      else most = Math.max(most, count)
    }
    return Math.max(1, before, most)
  }

  private anchor(): number {
    return this.plan('main')?.since ?? this.createdAt
  }

  /** The window of a use at a time: its end, after which it does not count. */
  private windowEnd(feature: string, at: number): number {
    const { window } = FEATURES[feature]!
    if (window === null) return FOREVER
    if (window === 'month') return nextMonth(at)
    if (window === 'billing_period') return billingPeriodOf(this.anchor(), at).end
    return Math.floor(at / HALF_DAY) * HALF_DAY + HALF_DAY + 30 * DAY
  }

  /** The earliest time that a late report may state. */
  private earliest(feature: string): number {
    const { window } = FEATURES[feature]!
    if (window === null) return -Infinity
    if (window === 'month') return monthStart(this.now)
    if (window === 'billing_period') return billingPeriodOf(this.anchor(), this.now).start
    return this.now - 30 * DAY
  }

  /** Begin of the period in which the use of packs counts. */
  private countedSince(feature: string): number {
    const { window } = FEATURES[feature]!
    if (window === null) return 0
    if (window === 'month') return monthStart(this.now)
    return Math.floor(this.now / (30 * DAY)) * 30 * DAY
  }

  private usable(feature: string): ModelPack[] {
    return this.packs
      .filter((pack) => pack.feature === feature && pack.revokedAt === null && pack.expiresAt > this.now)
      .toSorted((a, b) => compare(a.expiresAt, b.expiresAt) || a.grantedAt - b.grantedAt || (a.id < b.id ? -1 : 1))
  }

  private allowance(feature: string): {
    limit: number
    left: number
    used: number
    held: number
    firstEnd: number | null
    sources: number
  } {
    let [limit, sources] = [0, 0]
    for (const amount of this.amounts(feature)) {
      sources++
      limit += amount === 'unlimited' ? Infinity : amount === true ? 0 : amount
    }
    let [used, held] = [0, 0]
    let firstEnd: number | null = null
    for (const use of this.uses) {
      if (use.feature !== feature || use.end <= this.now) continue
      used += use.used
      held += use.held
      if (use.used + use.held > 0 && (firstEnd === null || use.end < firstEnd)) firstEnd = use.end
    }
    return { limit, left: Math.max(0, limit - used - held), used, held, firstEnd, sources }
  }

  expected(feature: string): Expected {
    const { kind, window } = FEATURES[feature]!
    if (kind === 'BOOLEAN') {
      const byPack = this.packs.some(
        (pack) => feature === 'priority' && pack.hasPriority && this.isUsable(pack) && pack.free + pack.held > 0,
      )
      const granted = byPack || !this.amounts(feature).next().done
      return {
        granted,
        unlimited: false,
        limit: null,
        used: 0,
        reserved: 0,
        remaining: null,
        resetsAt: null,
        nearLimit: false,
      }
    }
    const allowance = this.allowance(feature)
    if (kind === 'LIMIT' || kind === 'RATE') {
      const used = kind === 'LIMIT' ? this.resources[feature]!.size : 0
      const { limit } = allowance
      const isNear = kind === 'LIMIT' && limit > 0 && limit < FOREVER && used * 100 >= limit * NEAR_LIMIT
      return {
        granted: allowance.sources > 0,
        unlimited: limit === FOREVER,
        limit: finite(limit),
        used,
        reserved: 0,
        remaining: finite(Math.max(0, limit - used)),
        resetsAt: null,
        nearLimit: isNear,
      }
    }
    let { limit, used, held: reserved, left: remaining } = allowance
    const packs = this.usable(feature)
    const since = this.countedSince(feature)
    for (const pack of packs) {
      const before = sum(pack.uses.filter(({ at }) => at < since))
      const all = sum(pack.uses)
      limit += pack.amount - before
      used += all - before
      reserved += pack.held
      remaining += pack.free
    }
    const isUnlimited = allowance.limit === FOREVER
    const isFinite = !isUnlimited && limit > 0
    const end = window === '30d' ? allowance.firstEnd : this.windowEnd(feature, this.now)
    return {
      granted: allowance.sources > 0 || packs.length > 0,
      unlimited: isUnlimited,
      limit: finite(limit),
      used,
      reserved,
      remaining: isUnlimited ? null : remaining,
      resetsAt: window === null ? null : end,
      nearLimit: isFinite && (used + reserved) * 100 >= limit * NEAR_LIMIT,
    }
  }

  private isUsable = (pack: ModelPack): boolean => pack.revokedAt === null && pack.expiresAt > this.now

  /** Units of packs alone. */
  balance = (feature: string): number => this.usable(feature).reduce((total, { free }) => total + free, 0)

  left = (feature: string): number => this.allowance(feature).left + this.balance(feature)

  private useOf(feature: string, end: number): ModelUse {
    let use = this.uses.find((one) => one.feature === feature && one.end === end)
    if (!use) this.uses.push((use = { feature, end, used: 0, held: 0 }))
    return use
  }

  /** Takes units in the documented order, all or none. */
  private take(feature: string, amount: number, usedAt: number, isHeld: boolean): HoldPart[] | null {
    if (this.left(feature) < amount) return null
    const parts: HoldPart[] = []
    const ofPlan = Math.min(amount, this.allowance(feature).left)
    if (ofPlan > 0) {
      const use = this.useOf(feature, this.windowEnd(feature, usedAt))
      use[isHeld ? 'held' : 'used'] += ofPlan
      parts.push({ pack: null, use, amount: ofPlan })
    }
    let missing = amount - ofPlan
    for (const pack of this.usable(feature)) {
      const units = Math.min(missing, pack.free)
      if (units === 0) continue
      pack.free -= units
      if (isHeld) pack.held += units
      else pack.uses.push({ at: this.now, amount: units })
      parts.push({ pack, use: null, amount: units })
      missing -= units
    }
    return parts
  }

  consume(feature: string, amount: number, usedAt: number | null): string | HoldPart[] {
    const { kind } = FEATURES[feature]!
    if (kind !== 'QUOTA' && kind !== 'CREDIT') return 'INVALID_PARAMETERS'
    if (!isAmount(amount)) return 'INVALID_AMOUNT'
    if (usedAt !== null && (usedAt > this.now + CLOCK_DIFFERENCE || usedAt < this.earliest(feature)))
      return 'INVALID_PARAMETERS'
    return this.take(feature, amount, Math.min(usedAt ?? this.now, this.now), false) ?? this.denial(feature)
  }

  /** The code with which too few units are denied. */
  denial(feature: string): string {
    if (!this.expected(feature).granted) return 'FEATURE_NOT_INCLUDED'
    const { kind } = FEATURES[feature]!
    if (kind === 'CREDIT') return 'INSUFFICIENT_CREDITS'
    return kind === 'QUOTA' ? 'QUOTA_EXCEEDED' : 'LIMIT_REACHED'
  }

  check(feature: string, amount: number): string | null {
    const { granted, remaining } = this.expected(feature)
    const isBoolean = FEATURES[feature]!.kind === 'BOOLEAN'
    if (isBoolean ? !Number.isInteger(amount) : !isAmount(amount)) return 'INVALID_AMOUNT'
    if (!granted) return this.denial(feature)
    return remaining === null || remaining >= amount ? null : this.denial(feature)
  }

  reserve(id: string, feature: string, amount: number, seconds: number): string | null {
    const { kind } = FEATURES[feature]!
    if (kind !== 'QUOTA' && kind !== 'CREDIT') return 'INVALID_PARAMETERS'
    if (!isAmount(amount)) return 'INVALID_AMOUNT'
    if (seconds < 1 || seconds > 7 * 86_400) return 'INVALID_PARAMETERS'
    const parts = this.take(feature, amount, this.now, true)
    if (!parts) return this.denial(feature)
    this.holds.set(id, { feature, amount, expiresAt: this.now + seconds * 1000, parts })
    return null
  }

  commit(id: string, wanted: number | null): string | null {
    const hold = this.holds.get(id)
    if (!hold) return 'RESERVATION_CLOSED'
    const amount = wanted ?? hold.amount
    if (!isAmount(amount)) return 'INVALID_AMOUNT'
    if (amount > hold.amount && !this.take(hold.feature, amount - hold.amount, this.now, false))
      return this.denial(hold.feature)
    let missing = Math.min(amount, hold.amount)
    for (const { pack, use, amount: part } of hold.parts) {
      const units = Math.min(missing, part)
      missing -= units
      if (use) {
        use.held -= part
        use.used += units
      } else if (pack) {
        this.giveBack(pack, part, units)
        if (units > 0) pack.uses.push({ at: this.now, amount: units })
        if (pack.revokedAt !== null) this.owe(hold.feature, units)
      }
    }
    this.holds.delete(id)
    this.repay(hold.feature)
    return null
  }

  /** Returns held units to a pack, except those that were consumed. */
  private giveBack(pack: ModelPack, held: number, consumed: number): void {
    pack.held -= held
    if (pack.revokedAt === null && pack.expiresAt > this.now) pack.free += held - consumed
  }

  release(id: string): string | null {
    const hold = this.holds.get(id)
    if (!hold) return 'RESERVATION_CLOSED'
    for (const { pack, use, amount } of hold.parts)
      if (use) use.held -= amount
      else if (pack) this.giveBack(pack, amount, 0)
    this.holds.delete(id)
    this.repay(hold.feature)
    return null
  }

  /** Time passes: what has expired is gone. */
  wait(now: number): void {
    this.now = now
    for (const pack of this.packs) if (pack.expiresAt <= now) pack.free = 0
    for (const [id, hold] of this.holds) if (hold.expiresAt <= now) this.release(id)
    this.uses = this.uses.filter(({ end, held }) => end > now || held > 0)
  }

  private owe(feature: string, amount: number): void {
    this.debts[feature] = (this.debts[feature] ?? 0) + amount
  }

  /** Debt and free units of packs never exist together. */
  private repay(feature: string): void {
    for (const pack of this.usable(feature)) {
      const units = Math.min(this.debts[feature] ?? 0, pack.free)
      if (units === 0) continue
      pack.free -= units
      pack.uses.push({ at: this.now, amount: units })
      this.debts[feature]! -= units
    }
  }

  grant(id: string, feature: string, amount: number, expiresAt: number | null, hasPriority: boolean): void {
    this.packs.push({
      id,
      feature,
      amount,
      grantedAt: this.now,
      expiresAt: expiresAt ?? FOREVER,
      hasPriority,
      free: amount,
      held: 0,
      revokedAt: null,
      uses: [],
    })
    this.repay(feature)
  }

  revoke(id: string): void {
    const pack = this.packs.find((one) => one.id === id)!
    pack.free = 0
    pack.revokedAt = this.now
    this.owe(pack.feature, sum(pack.uses))
    this.repay(pack.feature)
  }

  allocate(feature: string, resource: string): string | null {
    if (FEATURES[feature]!.kind !== 'LIMIT') return 'INVALID_PARAMETERS'
    const held = this.resources[feature]!
    if (held.has(resource)) return null
    const { remaining } = this.expected(feature)
    if (remaining !== null && remaining < 1) return this.denial(feature)
    held.add(resource)
    return null
  }

  deallocate(feature: string, resource: string): string | null {
    if (FEATURES[feature]!.kind !== 'LIMIT') return 'INVALID_PARAMETERS'
    this.resources[feature]!.delete(resource)
    return null
  }
}

const finite = (value: number): number | null => (value === Infinity ? null : value)
const sum = (uses: readonly { readonly amount: number }[]): number =>
  uses.reduce((total, { amount }) => total + amount, 0)
const isAmount = (amount: number): boolean => Number.isInteger(amount) && amount >= 1 && amount <= 1_000_000_000_000
const compare = (one: number, other: number): number => (one === other ? 0 : one < other ? -1 : 1)

const monthStart = (at: number): number => monthOf(at).start
const nextMonth = (at: number): number => monthOf(at).end

/** The month of the day that was requested last: the text of a date takes long to make, and most requests are of one day. */
let latest = { day: NaN, start: 0, end: 0 }

function monthOf(at: number): { readonly start: number; readonly end: number } {
  const day = Math.floor(at / DAY)
  if (latest.day === day) return latest
  const [year, month] = new Date(at).toISOString().slice(0, 7).split('-').map(Number) as [number, number]
  const first = (ofYear: number, ofMonth: number): number =>
    Date.parse(`${ofYear}-${String(ofMonth).padStart(2, '0')}-01T00:00:00Z`)
  latest = { day, start: first(year, month), end: month === 12 ? first(year + 1, 1) : first(year, month + 1) }
  return latest
}

const LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

const daysIn = (year: number, month: number): number =>
  month === 1 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : LENGTHS[month]!

/** The month that begins on the day of the anchor, or on the last day of a shorter month, and contains a time. */
export function billingPeriodOf(anchor: number, at: number): { start: number; end: number } {
  const from = new Date(anchor)
  const timeOfDay = anchor - Date.UTC(from.getUTCFullYear(), from.getUTCMonth(), from.getUTCDate())
  const begin = (index: number): number => {
    const months = from.getUTCFullYear() * 12 + from.getUTCMonth() + index
    const [year, month] = [Math.floor(months / 12), months % 12]
    return Date.UTC(year, month, Math.min(from.getUTCDate(), daysIn(year, month))) + timeOfDay
  }
  // A first guess below the answer, then one by one.
  let index = Math.floor((at - anchor) / (31 * DAY)) - 1
  while (begin(index + 1) <= at) index++
  return { start: begin(index), end: begin(index + 1) }
}
