import type { OverageCharge } from '#entities/entitlements/usage-price.js'
import type { Overage } from '#schema/entitlements/overage.type.js'
import type { PriceTier } from '#schema/entitlements/price-tier.type.js'
import type { UnitPrice } from '#schema/kernel/unit-price.type.js'
import {
  exactDecimal,
  firstPriced,
  partsText,
  termsText,
  toCurrency,
} from '#services/catalog/tariffs/describe-tariff.js'
import { partsBetween } from '#services/catalog/tariffs/price-units.js'
import { tariffOf, type Tier } from '#services/catalog/tariffs/tariff.js'
import type { EntitlementOverage } from '#services/entitlements/model/entitlement.js'
import { toMoney } from '../kernel/price.mapper.js'

/** Units of a window before and after those that are shown. Null for a plan. */
type Shown = readonly [before: number, after: number] | null

const toUnitPrice = ({ price, per = 1 }: Tier, currency: string): UnitPrice => ({
  __typename: 'UnitPrice',
  amount: toCurrency(price, currency),
  currency,
  per,
})

function toTiers(text: string, shown: Shown): PriceTier[] {
  const { currency, tiers } = tariffOf(text)
  const parts = shown && new Map(partsBetween(text, ...shown).map((part) => [part.of, part]))
  return tiers.map((tier) => ({
    __typename: 'PriceTier',
    upTo: tier.upTo ?? null,
    price: toUnitPrice(tier, currency),
    packaged: tier.kind === 'PACKAGE',
    percent: tier.kind === 'PERCENT' ? tier.price : null,
    flat: tier.flat ? toMoney({ amountMinor: tier.flat, currency }) : null,
    units: parts && (parts.get(tier)?.units ?? 0),
    exactCost: parts && exactDecimal(parts.get(tier)?.exact ?? 0n, currency),
  }))
}

type Priced = Pick<
  Overage,
  '__typename' | 'planCode' | 'price' | 'summary' | 'tiering' | 'tiers' | 'freeUnits' | 'minimum' | 'maximum'
>

function toPriced(planCode: string, text: string, shown: Shown): Priced {
  const tariff = tariffOf(text)
  const { currency, tiering = 'GRADUATED', free = 0, minimum, maximum } = tariff
  return {
    __typename: 'Overage',
    planCode,
    price: toUnitPrice(firstPriced(tariff), currency),
    summary: termsText(text),
    tiering,
    tiers: toTiers(text, shown),
    freeUnits: free,
    minimum: minimum ? toMoney({ amountMinor: minimum, currency }) : null,
    maximum: maximum === undefined ? null : toMoney({ amountMinor: maximum, currency }),
  }
}

/** Terms of a plan for units beyond the allowance. */
export const toOverageTerms = (
  planCode: string,
  { tariff, cap }: { readonly tariff: string; readonly cap: number },
): Overage => ({
  ...toPriced(planCode, tariff, null),
  units: null,
  cost: null,
  cap,
  remaining: null,
  reserved: null,
  windowStart: null,
})

/** Units beyond the allowance in the current window of an entitlement. */
export const toEntitlementOverage = ({ planCode, tariff, counted, ...overage }: EntitlementOverage): Overage => ({
  ...toPriced(planCode, tariff, [0, counted]),
  units: overage.used,
  cost: toMoney({ amountMinor: overage.costMinor, currency: overage.currency }),
  cap: overage.cap,
  remaining: overage.remaining,
  reserved: overage.reserved,
  windowStart: null,
})

/** Units of one operation beyond the allowance. */
export const toOverageCharge = ({
  plan,
  tariff,
  before,
  units,
  amountMinor,
  currency,
  windowStart,
}: OverageCharge): Overage => ({
  ...toPriced(plan, tariff, [before, before + units]),
  summary: partsText(tariff, before, before + units),
  units,
  cost: toMoney({ amountMinor, currency }),
  cap: null,
  remaining: null,
  reserved: null,
  windowStart: new Date(windowStart),
})
