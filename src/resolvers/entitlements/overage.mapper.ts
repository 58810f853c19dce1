import type { OverageCharge, OveragePrice } from '#entities/entitlements/usage-price.js'
import type { Overage } from '#schema/entitlements/overage.type.js'
import type { UnitPrice } from '#schema/kernel/unit-price.type.js'
import type { EntitlementOverage } from '#services/entitlements/model/entitlement.js'
import { toMoney } from '../kernel/price.mapper.js'

type Priced = Pick<OveragePrice, 'price' | 'per' | 'currency'>

const toUnitPrice = ({ price, per, currency }: Priced): UnitPrice => ({
  __typename: 'UnitPrice',
  amount: price,
  currency,
  per,
})

/** Terms of a plan for units beyond the allowance. */
export const toOverageTerms = (planCode: string, terms: Priced & { readonly cap: number }): Overage => ({
  __typename: 'Overage',
  planCode,
  price: toUnitPrice(terms),
  units: null,
  cost: null,
  cap: terms.cap,
  remaining: null,
  reserved: null,
  windowStart: null,
})

/** Units beyond the allowance in the current window of an entitlement. */
export const toEntitlementOverage = ({ costMinor, ...overage }: EntitlementOverage): Overage => ({
  ...toOverageTerms(overage.planCode, overage),
  units: overage.used,
  cost: toMoney({ amountMinor: costMinor, currency: overage.currency }),
  remaining: overage.remaining,
  reserved: overage.reserved,
})

/** Units of one operation beyond the allowance. */
export const toOverageCharge = (charge: OverageCharge): Overage => ({
  __typename: 'Overage',
  planCode: charge.plan,
  price: toUnitPrice(charge),
  units: charge.units,
  cost: toMoney({ amountMinor: charge.amountMinor, currency: charge.currency }),
  cap: null,
  remaining: null,
  reserved: null,
  windowStart: new Date(charge.windowStart),
})
