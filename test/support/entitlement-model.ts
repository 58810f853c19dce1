const DAY = 86_400_000

/** Amounts of the fixture's plans: `tokens` per month and concurrent `deployments`. */
export const AMOUNT: Record<string, number> = { free: 0, basic: 0, plus: 100, individual: Infinity }
export const LIMIT: Record<string, number> = { free: 1, basic: 3, plus: 10, individual: Infinity }

/** Simple model of an account's entitlements. */
export class Model {
  plan = 'free'
  now: number
  /** Units by the month in which they were taken from the plan. */
  month = new Map<string, { used: number; held: number }>()
  packs: {
    left: number
    used: number
    held: number
    at: number
    expires: number
    revoked: boolean
    /** Units by the month in which they were used. */
    usedIn: Map<string, number>
  }[] = []
  holds = new Map<
    string,
    { amount: number; expires: number; from: { month?: string; pack?: number; amount: number }[] }
  >()
  debt = 0
  keys = new Map<number, number>()
  resources = new Set<number>()

  constructor(start: Date) {
    this.now = start.getTime()
  }
  private monthKey = () => new Date(this.now).toISOString().slice(0, 7)
  private ofMonth(key = this.monthKey()) {
    if (!this.month.has(key)) this.month.set(key, { used: 0, held: 0 })
    return this.month.get(key)!
  }
  private usable = () =>
    this.packs
      .map((pack, index) => ({ pack, index }))
      .filter(({ pack }) => !pack.revoked && pack.expires > this.now)
      .sort((a, b) => a.pack.expires - b.pack.expires || a.pack.at - b.pack.at || a.index - b.index)
  private planLeft() {
    const { used, held } = this.ofMonth()
    return Math.max(0, AMOUNT[this.plan]! - used - held)
  }
  /** Of packs alone. */
  balance = () => this.usable().reduce((sum, { pack }) => sum + pack.left, 0)
  left = () => this.planLeft() + this.balance()
  /** Usage of this month's allowance, and this month's usage of the active packs, exhausted or not. */
  used = () =>
    this.usable().reduce((sum, { pack }) => sum + (pack.usedIn.get(this.monthKey()) ?? 0), this.ofMonth().used)
  private noteUse(pack: { usedIn: Map<string, number> }, units: number) {
    pack.usedIn.set(this.monthKey(), (pack.usedIn.get(this.monthKey()) ?? 0) + units)
  }

  returnExpired() {
    for (const [id, hold] of this.holds) if (hold.expires <= this.now) this.release(id)
  }
  private take(amount: number, held: boolean) {
    if (this.left() < amount) return null
    const from: { month?: string; pack?: number; amount: number }[] = []
    const ofPlan = Math.min(amount, this.planLeft())
    if (ofPlan > 0) from.push({ month: this.monthKey(), amount: ofPlan })
    let missing = amount - ofPlan
    for (const { pack, index } of this.usable()) {
      const units = Math.min(missing, pack.left)
      if (units > 0) from.push({ pack: index, amount: units })
      missing -= units
    }
    for (const part of from)
      if (part.month) this.ofMonth(part.month)[held ? 'held' : 'used'] += part.amount
      else {
        this.packs[part.pack!]!.left -= part.amount
        this.packs[part.pack!]![held ? 'held' : 'used'] += part.amount
        if (!held) this.noteUse(this.packs[part.pack!]!, part.amount)
      }
    return from
  }
  consume = (amount: number) => this.take(amount, false) !== null
  reserve(id: string, amount: number, seconds: number) {
    const from = this.take(amount, true)
    if (from) this.holds.set(id, { amount, expires: this.now + seconds * 1000, from })
    return from !== null
  }
  release(id: string) {
    for (const part of this.holds.get(id)!.from) this.giveBack(part, part.amount)
    this.holds.delete(id)
  }
  private giveBack(part: { month?: string; pack?: number }, amount: number) {
    if (part.month) this.ofMonth(part.month).held -= amount
    else {
      this.packs[part.pack!]!.held -= amount
      if (!this.packs[part.pack!]!.revoked) this.packs[part.pack!]!.left += amount
    }
  }
  commit(id: string, wanted: number | null) {
    const hold = this.holds.get(id)!
    const amount = wanted ?? hold.amount
    if (amount > hold.amount && !this.take(amount - hold.amount, false)) return false
    let missing = Math.min(amount, hold.amount)
    for (const part of hold.from) {
      const units = Math.min(missing, part.amount)
      missing -= units
      this.giveBack(part, part.amount)
      if (part.month) this.ofMonth(part.month).used += units
      else {
        const pack = this.packs[part.pack!]!
        pack.used += units
        this.noteUse(pack, units)
        if (!pack.revoked) pack.left -= units
        else this.debt += units
      }
    }
    this.holds.delete(id)
    return true
  }
  pack(amount: number, days: number | null) {
    const paid = Math.min(this.debt, amount)
    this.debt -= paid
    const expires = days === null ? Infinity : this.now + days * DAY
    const usedIn = new Map([[this.monthKey(), paid]])
    this.packs.push({ left: amount - paid, used: paid, held: 0, at: this.now, expires, revoked: false, usedIn })
  }
  revoke(index: number) {
    const pack = this.packs[index]!
    this.debt += pack.used
    Object.assign(pack, { left: 0, revoked: true })
  }
}
