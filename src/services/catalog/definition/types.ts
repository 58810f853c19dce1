/**
 * A catalog as plain data: what a file of `catalogs/` says, with every shorthand written out.
 * Money is in whole minor units, lists keep the order of the file, and nothing here knows of files or tables.
 */
export interface CatalogDefinition {
  /** One installation serves one business; another one's catalog is refused on a used database. */
  readonly business: string
  /** ISO 4217; the currency of amounts that name none. */
  readonly currency: string
  /** The group of plans that name none. */
  readonly defaultGroup: string
  readonly domains: readonly DomainDefinition[]
  readonly returnUrls: ReturnUrls
  /** The payment provider works out taxes and adds them; else prices are what is paid. */
  readonly automaticTax: boolean
  /** Where a refused caller is sent to buy more: an absolute URL or a path below APP_URL. Null: the application's own page. */
  readonly upgradeUrl: string | null
  /** Percent of a limit at which a feature counts as near it, ascending; a feature may have its own. */
  readonly nearLimitPercents: readonly number[]
  /** What a vendor keeps of a sale, in hundredths of a percent. */
  readonly vendorShareBasisPoints: number
  readonly dunning: DunningPolicy
  readonly unusedTime: UnusedTimePolicy
  readonly trials: TrialPolicy
  readonly features: readonly FeatureDefinition[]
  readonly plans: readonly PlanDefinition[]
  readonly packages: readonly PackageDefinition[]
  readonly categories: readonly CategoryDefinition[]
  readonly vendors: readonly VendorDefinition[]
  readonly templates: readonly TemplateDefinition[]
  readonly templateProducts: readonly TemplateProductDefinition[]
}

/** What happens while an invoice is not paid. */
export interface DunningPolicy {
  /** Days for which rights stay after the first failed payment. */
  readonly graceDays: number
}

/**
 * What an account gets for paid time that it no longer uses after a change now to a lower price, or after an end now: credit, at most for the
 * allowance that is left, or nothing.
 */
export type UnusedTimePolicy = 'CREDIT' | 'NONE'

/** How trials begin, and what follows when there is nothing to pay with. */
export interface TrialPolicy {
  /** Whether a way to pay is asked for before the trial begins. */
  readonly cardRequired: boolean
  /** What becomes of a subscription whose trial ends without one: it ends, or rests until one is given. */
  readonly withoutCard: 'CANCEL' | 'PAUSE'
  /** The keys by which a trial is given once, in addition to its account. Null: by person and email, and by the card outside sandbox mode, where buyers share test cards. */
  readonly oncePer: readonly TrialMark[] | null
}

export type TrialMark = 'person' | 'email' | 'card'

/** A domain whose users buy with real money (live) or in the provider's sandbox (test). */
export interface DomainDefinition {
  readonly domain: string
  readonly mode: 'live' | 'test'
}

/** Who says where the buyer returns to: the caller (on the allow list), the parent application's iframe address, or the catalog. */
export type ReturnUrls =
  | { readonly kind: 'client' }
  | { readonly kind: 'iframe' }
  | {
      readonly kind: 'fixed'
      /** Absolute, or a path below APP_URL; `{CHECKOUT_SESSION_ID}` stands for the session. */
      readonly success: string
      readonly cancel: string
      readonly portal: string
    }

export type FeatureKind = 'BOOLEAN' | 'LIMIT' | 'QUOTA' | 'RATE' | 'CREDIT'

/** When a quota starts again: the calendar month in UTC, the billing period, or a sliding number of days such as `30d`. */
export type QuotaWindow = 'month' | 'billing_period' | `${number}d`

/** Something an account may do. The amount of a RATE is per minute. */
export interface FeatureDefinition {
  readonly code: string
  readonly name: string
  readonly description: string | null
  readonly kind: FeatureKind
  /** The singular of what is counted, such as `story`. */
  readonly unit: string | null
  /** Of a quota, where a plan says nothing else; null for every other kind. */
  readonly window: QuotaWindow | null
  /** Null: the catalog's. */
  readonly nearLimitPercents: readonly number[] | null
  /** What is answered when the store cannot: refused (CLOSED) or allowed (OPEN). */
  readonly onFailure: 'CLOSED' | 'OPEN'
  /** The payment provider's meter to which the use of paying accounts is reported; null: it is not. */
  readonly meter: string | null
}

/** What a plan or a package gives of one feature. */
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
  /** How people read it, where the catalog's own words are better than the numbers. */
  readonly text: string | null
}

export type PriceInterval = 'ONE_TIME' | 'MONTH' | 'YEAR'

/** What something costs, once or each interval. Never changed: another amount is another price. */
export interface PriceDefinition {
  readonly interval: PriceInterval
  readonly currency: string
  /** Whole minor units, above zero. */
  readonly amountMinor: number
  readonly trialDays: number | null
  /** What the quantity counts, as `seat` or `managed_server`; null for a flat price. */
  readonly per: string | null
}

/** A ranked bundle of features. The plan of the lowest rank in its group has no price: it is what an account starts with. */
export interface PlanDefinition {
  readonly code: string
  readonly name: string
  readonly description: string | null
  /** Plans of one group exclude each other. */
  readonly group: string
  /** A higher rank satisfies what asks for a lower one of the same group. */
  readonly rank: number
  readonly bullets: readonly string[]
  /** Null: all stacks. */
  readonly supportedStacks: readonly string[] | null
  readonly prices: readonly PriceDefinition[]
  readonly features: readonly PlanFeatureDefinition[]
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
  /** How long a credit pack lasts after it is paid; null for the others. */
  readonly validForDays: number | null
  /** Where an enterprise package sends the buyer; null for the others. */
  readonly contactUrl: string | null
}

/** A shelf of the marketplace; the lowest priority stands first. */
export interface CategoryDefinition {
  readonly code: string
  readonly title: string
  readonly priority: number
  readonly metadata: JsonObject
}

/** Who publishes templates. */
export interface VendorDefinition {
  readonly code: string
  readonly name: string
  readonly verified: boolean
}

/** A deployable stack that the marketplace starts with, approved. It never holds a price. */
export interface TemplateDefinition {
  readonly code: string
  readonly slug: string
  readonly name: string
  readonly shortDescription: string | null
  readonly longDescription: string | null
  /** A category's code. */
  readonly category: string | null
  readonly tags: readonly string[]
  /** Compared with the plans' supported stacks. */
  readonly stack: string
  /** A plan's code; null: any plan will do. */
  readonly requiredPlan: string | null
  /** A vendor's code. */
  readonly vendor: string | null
  readonly techStack: JsonObject
  readonly definition: JsonObject
  readonly infrastructureRequirements: JsonObject
}

/** What a template is first sold for: once, or by the month. Afterwards the marketplace prices it. */
export interface TemplateProductDefinition {
  /** The template's code. */
  readonly template: string
  /** One for each currency, all of one interval. */
  readonly prices: readonly PriceDefinition[]
}

/** A JSON object as the file holds it, not looked into. */
export type JsonObject = Readonly<Record<string, unknown>>
