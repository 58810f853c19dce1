import type { UsagePrice as UsagePriceValue } from '#entities/entitlements/usage-price.js'
import type { UsagePrice } from '#schema/entitlements/usage-price.type.js'
import { explainPrice } from '#services/entitlements/model/explain-price.js'

export const toUsagePrice = (price: UsagePriceValue): UsagePrice => new UsagePriceView(price)

/** The steps are written on first access: most responses only show the units. */
class UsagePriceView implements UsagePrice {
  readonly __typename = 'UsagePrice'
  readonly units: number
  readonly cardVersion: number
  readonly lines: UsagePrice['lines']
  readonly minimum: number | null
  readonly planCode: string | null
  readonly unavailable: number | null
  readonly overagePolicy: UsagePrice['overagePolicy']

  constructor(private readonly price: UsagePriceValue) {
    this.units = price.units
    this.cardVersion = price.version
    this.lines = price.lines
    this.minimum = price.minimum
    this.planCode = price.plan
    this.unavailable = price.overage?.units ?? null
    this.overagePolicy = price.overage?.policy ?? null
  }

  get dimensions(): UsagePrice['dimensions'] {
    return Object.entries(this.price.dimensions).map(([name, value]) => ({ name, value }))
  }

  get windowStart(): Date {
    return new Date(this.price.windowStart)
  }

  get explain(): readonly string[] {
    return explainPrice(this.price)
  }
}
