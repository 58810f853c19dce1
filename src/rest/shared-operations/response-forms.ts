import { z } from 'zod'
import { intervalWord, type Interval } from '#services/catalog/products/interval.js'
import {
  entitlement,
  entitlementSource,
  previewedEntitlement,
  usagePrice,
} from '../entitlements/responses/entitlements.js'
import { price } from '../responses/errors.js'
import { money } from '../responses/money.js'

/** Form of an object that REST does not show by its members. */
export interface Form {
  readonly schema: z.ZodType
  readonly toBody: (data: unknown) => unknown
  /** True if the member is absent instead of null. */
  readonly absent?: boolean
}

interface MoneyData {
  readonly decimal: string
  readonly currency: string
}
interface PriceData {
  readonly money: MoneyData
  readonly interval: Interval | null
}
interface EntitlementData {
  readonly feature: { readonly code: string; readonly kind: string }
  readonly sources: readonly SourceData[]
  readonly overage: OverageData | null
  readonly resetsAt: Date | null
  readonly nearLimit: boolean
  readonly id?: string
}
interface OverageData {
  readonly plan: CodedData
  readonly price: { readonly amount: string; readonly currency: string; readonly per: number }
  readonly units: number
  readonly cap: number
  readonly reserved: number
  readonly remaining: number
  readonly cost: MoneyData
}
interface CodedData {
  readonly code: string
}
interface SourceData {
  readonly kind: string
  readonly name: string | null
  readonly code: string
  readonly amount: number | null
  readonly unlimited: boolean
  readonly expiresAt: Date | null
}
interface UsagePriceData {
  readonly units: number
  readonly cardVersion: number
  readonly dimensions: readonly { readonly name: string; readonly value: string }[]
  readonly lines: readonly object[]
  readonly minimum: number | null
  readonly plan: CodedData | null
  readonly windowStart: Date
  readonly unavailable: number | null
  readonly overagePolicy: string | null
  readonly explain: readonly string[]
}

const moneyBody = ({ decimal, currency }: MoneyData) => ({ amount: decimal, currency })
function entitlementBody(data: EntitlementData) {
  const { id: _, feature, sources, overage, resetsAt, nearLimit, ...rest } = data
  return {
    ...rest,
    feature: feature.code,
    kind: feature.kind.toLowerCase(),
    resets_at: resetsAt,
    near_limit: nearLimit,
    sources: sources.map(sourceBody),
    ...(overage ? { overage: overageBody(overage) } : {}),
  }
}

function sourceBody(data: SourceData) {
  const { kind, expiresAt, name: _, ...source } = data
  return { ...source, kind: kind.toLowerCase(), expires_at: expiresAt }
}

const overageBody = ({ plan, price, units, cost, ...overage }: OverageData) => ({
  ...overage,
  plan: plan.code,
  price: price.amount,
  per: price.per,
  currency: price.currency,
  used: units,
  cost: cost.decimal,
})

const usagePriceBody = ({
  cardVersion,
  dimensions,
  plan,
  windowStart,
  unavailable,
  overagePolicy,
  ...price
}: UsagePriceData) => ({
  ...price,
  card_version: cardVersion,
  dimensions: Object.fromEntries(dimensions.map(({ name, value }) => [name, value])),
  plan: plan?.code ?? null,
  window_start: windowStart,
  overage: overagePolicy && { policy: overagePolicy.toLowerCase(), units: unavailable },
})

const priceBody = ({ money: amount, interval }: PriceData) => ({
  ...moneyBody(amount),
  interval: intervalWord(interval).toLowerCase(),
})

const CODED: Form = { schema: z.string(), toBody: (data) => (data as { readonly code: string }).code }
const LABELED: Form = { schema: z.string(), toBody: (data) => (data as { readonly label: string }).label }

/** By the name of the type in GraphQL. Objects of the catalog are shown by their codes. */
export const FORMS: Readonly<Record<string, Form>> = {
  Money: { schema: money, toBody: (data) => moneyBody(data as MoneyData) },
  Price: { schema: price, toBody: (data) => priceBody(data as PriceData) },
  Interval: { schema: z.string(), toBody: (data) => intervalWord(data as Interval).toLowerCase() },
  Feature: CODED,
  Plan: CODED,
  Package: CODED,
  PaymentMethod: LABELED,
  EntitlementSource: { schema: entitlementSource, toBody: (data) => sourceBody(data as SourceData) },
  Entitlement: { schema: entitlement, toBody: (data) => entitlementBody(data as EntitlementData) },
  EntitlementPreview: { schema: previewedEntitlement, toBody: (data) => entitlementBody(data as EntitlementData) },
  UsagePrice: { schema: usagePrice, toBody: (data) => usagePriceBody(data as UsagePriceData), absent: true },
}
