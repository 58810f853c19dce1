import type { CheckoutRow } from '#entities/billing/checkout.entity.js'

export type CheckoutDecision =
  | { readonly kind: 'superseded' }
  | { readonly kind: 'processing'; readonly checkout: CheckoutRow }
  | { readonly kind: 'reuse'; readonly checkout: CheckoutRow }
  | { readonly kind: 'replace'; readonly checkout: CheckoutRow }
  | { readonly kind: 'open' }

/**
 * Pure: one open checkout per account and group. The same offer gives the same one; another offer closes the old one first, unless that was
 * requested later.
 * @param fingerprint two requests with the same text are the same offer
 */
export function decideCheckout(
  openCheckout: CheckoutRow | null,
  fingerprint: string,
  { now, requestedAt }: { readonly now: Date; readonly requestedAt: Date },
): CheckoutDecision {
  if (!openCheckout) return { kind: 'open' }
  if (openCheckout.status === 'PROCESSING') return { kind: 'processing', checkout: openCheckout }
  if (openCheckout.offer === fingerprint && openCheckout.expiresAt > now)
    return { kind: 'reuse', checkout: openCheckout }
  if (openCheckout.requestedAt > requestedAt) return { kind: 'superseded' }
  return { kind: 'replace', checkout: openCheckout }
}
