import type { FeatureKey, PlanKey, UseProperties } from '../catalog-keys.js'
import type { Denial } from '../denials.js'
import type { StackgateError } from '../errors.js'
import type { Denied } from '../results.js'
import type { ConsumeInput as SentConsumption } from '../generated/types.js'
import type { UsagePrice, Work } from './work.js'

export type { UseProperties } from '../catalog-keys.js'
export type { Denied } from '../results.js'
export type { UsagePrice, UsagePriceLine, Work } from './work.js'

/** Plan, add-on, package or override that grants a feature. */
export interface EntitlementSource {
  readonly kind: 'plan' | 'addon' | 'package' | 'override' | 'pool' | 'overage'
  /** Code of the plan, add-on or package. Null for an override. */
  readonly code: string | null
  /** Reason of an override. Null for other sources. */
  readonly reason: string | null
  /** Units. Null if unlimited or not counted. */
  readonly amount: number | null
  readonly unlimited: boolean
  /** Business clock. Null if it does not expire. */
  readonly expiresAt: Date | null
}

/** Permission and amount of a feature for an account. */
export interface Entitlement {
  /** Code of the feature. */
  readonly feature: string
  readonly kind: 'boolean' | 'limit' | 'quota' | 'rate' | 'credit'
  /** True if any source grants the feature. */
  readonly granted: boolean
  readonly unlimited: boolean
  /** Units. Null if unlimited or not counted. */
  readonly limit: number | null
  readonly used: number
  /** Units held by open reservations. */
  readonly reserved: number
  /** Units. Null if unlimited or not counted. */
  readonly remaining: number | null
  /** End of the window (business clock). Null if usage never resets. */
  readonly resetsAt: Date | null
  /** 0 to 100. Null without a limit. */
  readonly percent: number | null
  readonly nearLimit: boolean
  /** Revision of the account. It increases with each change. */
  readonly revision: number
  readonly sources: readonly EntitlementSource[]
  /** Use beyond `remaining`, at a price. Absent if it is denied. */
  readonly overage?: EntitlementOverage | undefined
}

/** Use of a quota beyond its allowance and all packs, at a price. */
export interface EntitlementOverage {
  /** Price of `per` units, as a decimal. */
  readonly price: string
  readonly per: number
  readonly currency: string
  /** Most units in a window. */
  readonly cap: number
  readonly used: number
  readonly reserved: number
  readonly remaining: number
}

export interface CheckInput {
  /** ID or reference of the account, for example `person:ann@example.com`. */
  readonly accountId: string
  /** Code of the feature. */
  readonly feature: FeatureKey
  /** Units. Default: 1 without `work`. */
  readonly amount?: number | undefined
  /** Work that the rate card of the feature prices, instead of `amount`. */
  readonly work?: Work | undefined
}

export interface CheckPlanInput {
  readonly accountId: string
  /** Code of the plan. */
  readonly plan: PlanKey
}

export interface CheckPlanResult {
  /** True if the account has the plan, or one of a higher rank. */
  readonly allowed: boolean
  /** Null if allowed. */
  readonly denial: Denial | null
}

export interface PreviewInput {
  readonly accountId: string
  readonly feature: FeatureKey
  readonly work: Work
}

/** Result of a check of work, which consumes nothing. */
export interface PreviewResult extends CheckResult {
  /** Units that would remain. Null if unlimited or denied. */
  readonly remainingAfter: number | null
}

export interface CheckResult {
  readonly allowed: boolean
  /** Null if the catalog has no such feature, or the server did not decide. */
  readonly entitlement: Entitlement | null
  /** Null if allowed, or the server did not decide. */
  readonly denial: Denial | null
  /** Steps of the decision, in sentences. */
  readonly explain: readonly string[]
  /** Only for work that the rate card has a price for. */
  readonly price?: UsagePrice | undefined
  /** `policy`: the server or its database was unavailable, and `onUnavailable` or the policy of the catalog decided. */
  readonly decidedBy: 'server' | 'policy'
}

export interface ConsumeInput extends CheckInput, Omit<SentConsumption, keyof CheckInput | 'properties'> {
  readonly properties?: UseProperties | undefined
  /** Identifies the use: repetitions with the same key count once. Default: a new key, which only covers repetitions of this call. */
  readonly key?: string | undefined
}

export interface ReserveInput extends ConsumeInput {
  /** Time after which the reservation ends, in seconds. Default: 300. */
  readonly expiresInSeconds?: number | undefined
  /** Treatment of the units if it ends by its time. Default: they are released. */
  readonly onExpiry?: OnExpiry | undefined
}

/** Treatment of the units of a reservation that ends by its time: release, consume all of them, or consume the latest estimate. */
export type OnExpiry = 'release' | 'commit' | 'commit_estimate'

export interface ExtendInput extends ReleaseInput {
  /** Time from now until the reservation ends, in seconds. Default: its end stays. */
  readonly expiresInSeconds?: number | undefined
  /** Estimate of the units that are used so far. */
  readonly estimate?: number | undefined
  /** Estimate of the work that is done so far, instead of `estimate`. */
  readonly work?: Work | undefined
}

export interface CommitInput {
  readonly reservationId: string
  /** Units that were used. Default: all. */
  readonly amount?: number | undefined
  /** Work that was done, instead of `amount`. */
  readonly work?: Work | undefined
  /** Cost in US dollars that the provider of the work reported, as a decimal. Stored with the consumption, and not charged. */
  readonly providerCost?: string | undefined
  /** As for `consume`. */
  readonly key?: string | undefined
  /** Account of the reservation, if known. It only leads the request to a suitable process. */
  readonly accountId?: string | undefined
}

export type ReleaseInput = Omit<CommitInput, 'amount' | 'work' | 'providerCost'>

export interface AllocateInput {
  readonly accountId: string
  readonly feature: FeatureKey
  /** ID of the resource, which counts once. */
  readonly resourceId: string
}

/** Units beyond an allowance, and their cost. */
export interface OverageCharge {
  /** Code of the plan that states the price. */
  readonly plan: string
  readonly units: number
  /** Price of `per` units, as a decimal. */
  readonly price: string
  readonly per: number
  readonly currency: string
  /** Cost of the units, as a decimal. */
  readonly cost: string
}

export interface Consumption {
  readonly id: string
  readonly feature: string
  readonly amount: number
  /** Units by source. */
  readonly taken: readonly EntitlementSource[]
  readonly at: Date
  /** Units that were beyond the allowance. Absent if none were. */
  readonly overage?: readonly OverageCharge[] | undefined
  /** Properties of the use. Absent without any. */
  readonly properties?: UseProperties | undefined
  /** Cost in US dollars that the provider of the work reported. Absent if it reported none. */
  readonly providerCost?: string | undefined
  /** There if it was committed after its reservation had ended by its time. */
  readonly late?: true | undefined
  /** There if the end of a reservation consumed its estimate. */
  readonly estimated?: true | undefined
  /** Only for work. */
  readonly price?: UsagePrice | undefined
  /** Afterwards. */
  readonly entitlement: Entitlement
}

export interface Reservation {
  readonly id: string
  readonly feature: string
  readonly amount: number
  readonly status: 'held' | 'committed' | 'released' | 'expired'
  readonly expiresAt: Date
  readonly onExpiry: OnExpiry
  /** Units that are used so far, by the latest estimate. Null without one. */
  readonly estimate: number | null
  /** Only for work. */
  readonly price?: UsagePrice | undefined
  /** Afterwards. */
  readonly entitlement: Entitlement
}

export interface Allocation {
  readonly feature: string
  readonly resourceId: string
  readonly allocated: boolean
  /** Afterwards. */
  readonly entitlement: Entitlement
}

/**
 * Outcome of `consume`. `recorded: false` with `ok: true`: the database was unavailable, and the policy of the catalog allowed the use without
 * counting it. `unknown`: no answer of Stackgate arrived; repeat the call with the same key.
 */
export type ConsumeResult =
  | {
      readonly ok: true
      readonly recorded: boolean
      readonly consumption: Consumption
      readonly key: string
    }
  | (Denied & { readonly recorded: false; readonly key: string })
  | {
      readonly ok: false
      readonly recorded: 'unknown'
      readonly denial: null
      readonly error: StackgateError
      readonly key: string
    }

/** Usage that was counted elsewhere: an amount, or work that the rate card of the feature prices. */
export type UsageEvent = UsageEventFields &
  (
    | {
        /** Units, from 1. */
        readonly amount: number
        readonly work?: null | undefined
      }
    | { readonly work: Work; readonly amount?: null | undefined }
  )

export interface UsageEventFields {
  readonly accountId: string
  /** Code of a feature of the kind quota or credit. */
  readonly feature: FeatureKey
  readonly properties?: UseProperties | null | undefined
  /** Member of the account who used the units. The caps of the member apply. Default: none. */
  readonly userId?: string | null | undefined
  /** Time of the use, in the last 35 days. It counts in the present period if its own has ended. Default: the time of the request. */
  readonly at?: Date | null | undefined
  /** An event that is sent again counts once. Default: a new key. */
  readonly key?: string | undefined
}

/** An event that was not recorded. */
export interface RejectedUsage {
  /** Position in the list. */
  readonly index: number
  readonly code: string
  readonly message: string
}

export interface RecordedUsage {
  readonly ok: true
  /** Number of events that were recorded now. */
  readonly accepted: number
  /** Number of events that had been recorded before. */
  readonly duplicates: number
  readonly rejected: readonly RejectedUsage[]
  /** Key of each event. */
  readonly keys: readonly string[]
}
