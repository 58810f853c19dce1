import type { BillingInterval } from '#entities/kernel/billing-interval.js'
import type {
  CategoryDefinition,
  TemplateDefinition,
  TemplateProductDefinition,
  VendorDefinition,
} from './marketplace-types.js'
import type { Money } from '#services/kernel/money/money.js'
import type { Brand } from './brand.js'
import type { AppliedPriceList, PriceFeed } from './price-feed.js'
import type { OverageDefinition, RolloverDefinition, TopUpPolicy } from './sale-terms.js'

/** `EXCLUSIVE`: taxes are added to prices. `INCLUSIVE`: prices contain them. */
export type TaxBehavior = 'EXCLUSIVE' | 'INCLUSIVE'

/**
 * A catalog as plain data: what a file of `catalogs/` says, with every shorthand written out.
 * Money is in whole minor units, lists keep the order of the file, and nothing here knows of files or tables.
 */
export interface CatalogDefinition {
  /** One installation serves one business; a database of another business is rejected. */
  readonly business: string
  /** ISO 4217; the currency of amounts that name none. */
  readonly currency: string
  /** The group of plans that name none. */
  readonly defaultGroup: string
  /** Null: the pages and mails have the name and color of Stackgate. */
  readonly brand: Brand | null
  /** Providers whose payments have a receipt by mail. */
  readonly receiptMails: readonly ('STRIPE' | 'PAYPAL')[]
  readonly domains: readonly DomainDefinition[]
  readonly returnUrls: ReturnUrls
  /** The payment provider calculates taxes, and adds them to prices or takes them from what prices contain. Null: prices are what is paid. */
  readonly taxes: TaxBehavior | null
  /** Page where a denied caller can buy more: an absolute URL or a path below APP_URL. Null: the page of this server, or none if no module has one. */
  readonly upgradeUrl: string | null
  /** Percent of a limit at which a feature counts as near it, ascending; a feature may have its own. */
  readonly nearLimitPercents: readonly number[]
  /** Codes of the features whose use accounts can cap. */
  readonly spendCaps: readonly string[]
  /** Codes of the limits whose units are assigned to members. */
  readonly seats: readonly string[]
  /** Codes of the features whose units sub-accounts take from their parent account. */
  readonly pools: readonly string[]
  /** Codes of the features on whose balance accounts can set alerts. */
  readonly balanceAlerts: readonly string[]
  /** Packs that accounts can buy automatically. Null: none. */
  readonly topUps: TopUpPolicy | null
  /** A vendor's share of a sale, in basis points. */
  readonly vendorShareBasisPoints: number
  readonly dunning: DunningPolicy
  readonly unusedTime: UnusedTimePolicy
  readonly trials: TrialPolicy
  /** Pauses of subscriptions by their customers. Null: none. */
  readonly pause: PausePolicy | null
  readonly features: readonly FeatureDefinition[]
  readonly rateCards: readonly RateCardDefinition[]
  readonly plans: readonly PlanDefinition[]
  readonly packages: readonly PackageDefinition[]
  readonly categories: readonly CategoryDefinition[]
  readonly vendors: readonly VendorDefinition[]
  readonly templates: readonly TemplateDefinition[]
  readonly templateProducts: readonly TemplateProductDefinition[]
}

/** Behavior while an invoice is unpaid. */
export interface DunningPolicy {
  /** Days for which entitlements stay after the first failed payment. */
  readonly graceDays: number
}

/**
 * Compensation for paid time that is unused after an immediate change to a lower price or an immediate end: credit, at
 * most for the remaining allowance, or nothing.
 */
export type UnusedTimePolicy = 'CREDIT' | 'NONE'

/** Start of trials, and behavior without a payment method at the end. */
export interface TrialPolicy {
  /** True if a payment method is required before the trial. */
  readonly cardRequired: boolean
  /**
   * Behavior of a trial that ends without a payment method: the subscription is canceled, or paused until there is one.
   */
  readonly withoutCard: 'CANCEL' | 'PAUSE'
  /**
   * Keys by which a trial is granted once, in addition to its account. Null: by person and email, and by the card
   * outside sandbox mode, where buyers share test cards.
   */
  readonly oncePer: readonly TrialMark[] | null
}

/** Pauses of subscriptions by their customers. */
export interface PausePolicy {
  /** Codes of the plans that can be paused. Null: all. */
  readonly plans: readonly string[] | null
  /** Access after the paid period: the plan stays, or is suspended until the subscription is paid again. */
  readonly access: 'KEEP' | 'SUSPEND'
  /** Treatment of the invoices of a pause at Stripe. */
  readonly invoices: 'void' | 'keep_as_draft' | 'mark_uncollectible'
  /** Most days after the paid period. */
  readonly maximumDays: number
}

export type TrialMark = 'person' | 'email' | 'card'

/** A domain whose users buy with real money (live) or in the provider's sandbox (test). */
export interface DomainDefinition {
  readonly domain: string
  readonly mode: 'live' | 'test'
}

/** Source of the return URL: the caller (allow list), the URL of the parent application's iframe, or the catalog. */
export type ReturnUrls =
  | { readonly kind: 'client' }
  | { readonly kind: 'iframe' }
  | {
      readonly kind: 'fixed'
      /** Absolute URL, or a path below APP_URL; `{CHECKOUT_SESSION_ID}` is replaced by the session. */
      readonly success: string
      readonly cancel: string
      readonly portal: string
    }

export type FeatureKind = 'BOOLEAN' | 'LIMIT' | 'QUOTA' | 'RATE' | 'CREDIT'

/** Windows of the calendar, in UTC or in the time zone of the account. A week begins on Monday. */
export type FixedWindow = 'hour' | 'day' | 'week' | 'month'
export type SlidingWindow = `${number}d`
/** Time after which a quota starts again: a fixed window, the billing period, or a sliding number of days such as `30d`. */
export type QuotaWindow = FixedWindow | 'billing_period' | SlidingWindow

export type RatePeriod = 'MINUTE' | 'HOUR'

/** Something an account may do. */
export interface FeatureDefinition {
  readonly code: string
  readonly name: string
  readonly description: string | null
  readonly kind: FeatureKind
  /** The singular of what is counted, such as `story`. */
  readonly unit: string | null
  /** Default window of a quota. Null for other kinds. */
  readonly window: QuotaWindow | null
  /** True if the fixed windows of the feature begin in the time zone of the account, otherwise in UTC. */
  readonly inAccountTimeZone: boolean
  /** Time for which the amount of a rate is. Null for other kinds. */
  readonly ratePeriod: RatePeriod | null
  /** Null: the catalog's. */
  readonly nearLimitPercents: readonly number[] | null
  /** Decision while the database is unavailable: denied (CLOSED) or allowed (OPEN). */
  readonly onFailure: 'CLOSED' | 'OPEN'
  /** Names of properties of a use, by which usage can be grouped. Empty without any. */
  readonly properties: readonly string[]
  /** The payment provider's meter to which the use of paying accounts is reported; null: it is not. */
  readonly meter: string | null
  /** The meter to which the cost of overage is reported, in minor units. Null: the server invoices it. */
  readonly overageMeter: string | null
}

/** Prices of work, in units of a quota or of credits. */
export interface RateCardDefinition {
  /** Code of the quota or credit feature. */
  readonly feature: string
  /** Names that describe work, each with its allowed values. */
  readonly dimensions: Readonly<Record<string, readonly string[]>>
  /** Window in which the quantities of a line are counted for its tiers and its fraction of a unit. */
  readonly window: 'month' | 'billing_period'
  readonly overage: OveragePolicy
  /** Ascending by their start. */
  readonly versions: readonly RateCardVersion[]
  /** Public price list whose models the card prices. Null: none. */
  readonly feed: PriceFeed | null
  /** Prices of the feed that were applied, ascending by their start. Empty in the file. */
  readonly priceLists: readonly AppliedPriceList[]
}

/**
 * Behavior of a commit whose work costs more than is held and available: denied, limited to what is available, or
 * consumed in full with the difference recorded as debt.
 */
export type OveragePolicy = 'REJECT' | 'CAP' | 'OVERFLOW'

/** Prices that count from a date until the next version. */
export interface RateCardVersion {
  /** From 1, in the order of the file. */
  readonly version: number
  readonly from: Date
  /** Least price of one call, in units. */
  readonly minimum: number
  readonly lines: readonly RateLine[]
  /** Factors by dimension and value, in hundredths. */
  readonly multipliers: Readonly<Record<string, Readonly<Record<string, number>>>>
  /** Differences for accounts with a plan, by the code of the plan. */
  readonly plans: Readonly<Record<string, PlanRates>>
}

export interface PlanRates {
  /** Factor of every line, in hundredths. */
  readonly multiplier: number
  /** Lines that take precedence over those of the version. */
  readonly lines: readonly RateLine[]
}

/** Price of a quantity for some values of the dimensions. The first line that matches counts. */
export interface RateLine {
  /** Quantity and conditions, for example `input_tokens model=large`. Lines of two versions with one key share their counts. */
  readonly key: string
  readonly quantity: string
  /** Allowed values by dimension. A dimension that is not named does not matter. */
  readonly when: Readonly<Record<string, readonly string[]>>
  /** GRADUATED: each unit at the price of its tier. VOLUME: all units at the price of the tier that the sum reaches. */
  readonly tiering: 'GRADUATED' | 'VOLUME'
  /** Ascending; one tier without an end for a single price. */
  readonly tiers: readonly RateTier[]
  /** Prices of all tokens of a call whose prompt is larger, ascending. The line then has one tier and no minimum. */
  readonly above?: readonly ({ readonly size: number } & Omit<RateTier, 'upTo'>)[] | undefined
  /** Least price of the line in a window in which it is used, in units. */
  readonly minimum: number
}

export interface RateTier {
  /** Last quantity of the tier. Null: no end. */
  readonly upTo: number | null
  /** Price of one of the quantity, in billionths of a unit. */
  readonly price: number
  /** Its cost by the public price list, in trillionths of a US dollar. Absent without one. */
  readonly cost?: number | undefined
}

/** A feature value of a plan or package. */
export interface PlanFeatureDefinition {
  /** The feature's code. */
  readonly feature: string
  /** False only where the file says `false`: named, and not included. */
  readonly enabled: boolean
  readonly unlimited: boolean
  /** Null for a boolean feature, one that is not enabled, and one without a limit. */
  readonly amount: number | null
  /** Of a quota; null for every other kind. */
  readonly window: QuotaWindow | null
  /** The amount is for each seat. */
  readonly perSeat: boolean
  /** The amount is for each paid unit, such as `managed_server`: the unit by which the plan itself is priced. */
  readonly perUnit: string | null
  /** Display text, if it is better than the generated one. */
  readonly text: string | null
  /** Price of units beyond the amount. Absent: they are denied. */
  readonly overage?: OverageDefinition
  /** Terms of unused units. Absent: they end with the window. */
  readonly rollover?: RolloverDefinition
}

/** Amount of a product, once or per interval. Immutable: a new amount is a new price. */
export interface PriceDefinition {
  readonly interval: BillingInterval
  readonly currency: string
  /** Whole minor units, above zero. */
  readonly amountMinor: number
  readonly trialDays: number | null
  /** Unit of the quantity, for example `seat` or `managed_server`. Null for a flat price. */
  readonly per: string | null
}

/** A ranked bundle of features. The plan of the lowest rank in its group has no price: it is what an account starts with. */
export interface PlanDefinition {
  readonly code: string
  readonly name: string
  readonly description: string | null
  /** Plans of one group exclude each other. */
  readonly group: string
  /** A higher rank satisfies the requirement of a lower one of the same group. */
  readonly rank: number
  readonly bullets: readonly string[]
  /** Null: all stacks. */
  readonly supportedStacks: readonly string[] | null
  readonly prices: readonly PriceDefinition[]
  readonly features: readonly PlanFeatureDefinition[]
  /** Cost of use beyond the allowances at which it is invoiced before its window ends. Absent: it is not. */
  readonly overageThreshold?: Money
  /** The same in the other currencies of its prices. Absent: there is no other one. */
  readonly otherThresholds?: readonly Money[]
}

export type PackageType = 'ADDON' | 'CREDIT_PACK' | 'ENTERPRISE'

/** Anything sold that is not a plan. An add-on's price recurs, a credit pack's does not, and enterprise has none. */
export interface PackageDefinition {
  readonly code: string
  readonly name: string
  readonly description: string | null
  readonly type: PackageType
  readonly bullets: readonly string[]
  readonly prices: readonly PriceDefinition[]
  readonly grants: readonly PlanFeatureDefinition[]
  /** Validity of a credit pack in days after its payment. Null for other packages. */
  readonly validForDays: number | null
  /** URL where the buyer of an enterprise package makes contact. Null for other packages. */
  readonly contactUrl: string | null
}
