// Generated from src/schema/schema.graphql by `npm run schema`. Do not edit.

/** Names of the types that implement `Denial`. */
export const DENIALS = [
  'InsufficientCredits',
  'InsufficientPlan',
  'QuotaExceeded',
  'RateLimited',
  'Refused',
  'SubscriptionConflict',
  'TemplateNotPurchased',
] as const
