import type { OverageCharge as OverageChargeValue } from '#entities/entitlements/usage-price.js'
import type { EntitlementOverage, OverageCharge } from '#schema/entitlements/overage.type.js'
import { toMoney } from '../kernel/price.mapper.js'
import type { EntitlementOverage as EntitlementOverageValue } from '#services/entitlements/model/entitlement.js'

export const toEntitlementOverage = ({ costMinor, ...overage }: EntitlementOverageValue): EntitlementOverage => ({
  __typename: 'EntitlementOverage',
  planCode: overage.planCode,
  price: overage.price,
  per: overage.per,
  currency: overage.currency,
  cap: overage.cap,
  used: overage.used,
  reserved: overage.reserved,
  remaining: overage.remaining,
  cost: toMoney({ amountMinor: costMinor, currency: overage.currency }),
})

export const toOverageCharge = (charge: OverageChargeValue): OverageCharge => ({
  __typename: 'OverageCharge',
  planCode: charge.plan,
  units: charge.units,
  price: charge.price,
  per: charge.per,
  cost: toMoney({ amountMinor: charge.amountMinor, currency: charge.currency }),
  windowStart: new Date(charge.windowStart),
})
