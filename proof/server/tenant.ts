import { FREE } from '#proof/server/platform-catalog.js'

/** Features whose units are used up. */
export type Consumable = 'ai_stories' | 'credits' | 'work'
export const CONSUMABLE: readonly Consumable[] = ['ai_stories', 'credits', 'work']

/** A grant of credits: by an operator, or by a pack that was bought. */
export interface TenantGrant {
  readonly id: string
  readonly feature: Consumable
  /** Less after a partial refund. */
  amount: number
  /** Purchase of the pack. Null: granted by an operator. */
  readonly purchase: string | null
}

export interface TenantDeployment {
  readonly hash: string
  readonly enrolmentToken: string
  running: boolean
}

/**
 * What an account must have, from the answers that it received and the documentation alone. No grant of this population
 * expires, so that the free units are the sum of the grants without consumption and reservations; below zero it is debt.
 */
export class TenantModel {
  readonly used: Record<Consumable, number> = { ai_stories: 0, credits: 0, work: 0 }
  readonly reserved: Record<Consumable, number> = { ai_stories: 0, credits: 0, work: 0 }
  /** Units beyond the plan that an operator allowed. */
  readonly overrides: Record<string, number> = {}
  readonly grants: TenantGrant[] = []
  readonly reservations: { readonly id: string; readonly feature: Consumable; readonly amount: number }[] = []
  /** Consumptions of the month whose grants were not revoked, with the units that still count. */
  readonly consumptions: { readonly id: string; readonly feature: Consumable; amount: number }[] = []
  readonly slots = new Set<string>()
  /** Users with a seat. */
  readonly seats = new Set<string>()
  /** Alerts of the balance of credits. */
  alerts = 0
  readonly deployments: TenantDeployment[] = []
  readonly templates = new Set<string>()
  /** True once a template was bought. */
  hasBought = false
  /** The account's cap of credits per day, and what counts against it. */
  cap: number | null = null
  spentToday = 0

  granted(feature: Consumable): number {
    const allowance = feature === 'ai_stories' ? FREE.ai_stories : 0
    const credits = this.grants
      .filter((grant) => grant.feature === feature)
      .reduce((sum, { amount }) => sum + amount, 0)
    return allowance + credits + (this.overrides[feature] ?? 0)
  }

  remaining(feature: Consumable): number {
    return Math.max(0, this.granted(feature) - this.used[feature] - this.reserved[feature])
  }

  slotsLeft(): number {
    return FREE.slots + (this.overrides['slots'] ?? 0) - this.slots.size
  }

  running(): TenantDeployment[] {
    return this.deployments.filter(({ running }) => running)
  }

  deploymentsLeft(): number {
    return FREE.deployments + (this.overrides['deployments'] ?? 0) - this.running().length
  }

  /** The code with which a use of units is denied. Null: it is allowed. */
  denialOf(feature: Consumable, amount: number): string | null {
    if (this.remaining(feature) < amount) {
      if (feature === 'ai_stories') return 'QUOTA_EXCEEDED'
      return this.grants.some((grant) => grant.feature === feature) ? 'INSUFFICIENT_CREDITS' : 'FEATURE_NOT_INCLUDED'
    }
    const left = this.cap === null ? Infinity : this.cap - this.spentToday - this.reserved.credits
    return feature === 'credits' && amount > left ? 'SPEND_CAP_REACHED' : null
  }

  /** Without an ID the consumption cannot be amended. */
  consume(feature: Consumable, amount: number, id = ''): void {
    this.used[feature] += amount
    if (feature === 'credits') this.spentToday += amount
    if (id) this.consumptions.push({ id, feature, amount })
  }

  /** Returns the units of a consumption that no longer count. */
  amend(id: string, amount: number): void {
    const index = this.consumptions.findIndex((one) => one.id === id)
    const consumption = this.consumptions[index]!
    this.used[consumption.feature] -= consumption.amount - amount
    if (consumption.feature === 'credits') this.spentToday -= consumption.amount - amount
    consumption.amount = amount
    if (amount === 0) this.consumptions.splice(index, 1)
  }

  /** A grant is revoked. Units of consumptions that it paid would be lost if they were returned. */
  revoke(grant: TenantGrant): void {
    this.grants.splice(this.grants.indexOf(grant), 1)
    const kept = this.consumptions.filter(({ feature }) => feature !== grant.feature)
    this.consumptions.splice(0, this.consumptions.length, ...kept)
  }

  reserve(id: string, feature: Consumable, amount: number): void {
    this.reserved[feature] += amount
    this.reservations.push({ id, feature, amount })
  }

  /** Ends a reservation with the units that were used. */
  close(id: string, amount: number, consumption = ''): void {
    const index = this.reservations.findIndex((one) => one.id === id)
    const [held] = this.reservations.splice(index, 1)
    this.reserved[held!.feature] -= held!.amount
    this.consume(held!.feature, amount, consumption)
  }

  /** A month passes: windows begin again, and reservations have expired. */
  pass(): void {
    for (const { id } of this.reservations.slice()) this.close(id, 0)
    this.used.ai_stories = 0
    this.consumptions.length = 0
    this.spentToday = 0
  }

  /** What must be seen: remaining units of each feature, and the number of deployments. */
  expected(): Record<string, number> {
    return {
      ai_stories: this.remaining('ai_stories'),
      credits: this.remaining('credits'),
      work: this.remaining('work'),
      slots: this.slotsLeft(),
      deployments: Math.max(0, this.deploymentsLeft()),
    }
  }
}
