import type { SubscriptionConflict } from './billing/subscription-conflict.type.js'
import type { InsufficientCredits } from './entitlements/insufficient-credits.type.js'
import type { InsufficientPlan } from './entitlements/insufficient-plan.type.js'
import type { QuotaExceeded } from './entitlements/quota-exceeded.type.js'
import type { RateLimited } from './kernel/rate-limited.type.js'
import type { Refused } from './kernel/refused.type.js'
import type { TemplateNotPurchased } from './marketplace/template-not-purchased.type.js'

/** Every type that implements `Denial`: what a field of that interface may hold at run time. */
export type AnyDenial =
  | InsufficientCredits
  | InsufficientPlan
  | QuotaExceeded
  | RateLimited
  | Refused
  | SubscriptionConflict
  | TemplateNotPurchased
