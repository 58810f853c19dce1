import type { BillingInterval } from '#entities/kernel/billing-interval.js'

/** Content of an integration's template that can be listed. */
export interface SyncedContent {
  readonly code: string
  readonly name: string
  readonly description: string | null
  readonly longDescription: string | null
  readonly category: string | null
  /** Null: it costs nothing. */
  readonly price: { readonly amountMinor: number; readonly currency: string; readonly interval: BillingInterval } | null
  readonly vendorUserId: string | null
  readonly vendorName: string | null
  readonly tags: readonly string[]
  readonly techStack: Readonly<Record<string, unknown>> | null
  readonly infrastructureRequirements: Readonly<Record<string, unknown>> | null
  readonly requiredPlan: string | null
}

/** Action of an integration on a template that it owns. */
export type SyncRequest = { readonly externalId: string; readonly numericId: boolean } & (
  | { readonly action: 'approve' | 'update'; readonly content: SyncedContent }
  | { readonly action: 'reject' | 'nothing' }
)

/** Result of a sync request. */
export interface SyncOutcome {
  readonly changed: boolean
  readonly productId: string | null
  readonly message: string
}
