import type Stripe from 'stripe'

/** A decimal as it travels: text in JSON, which the SDK turns into its Decimal object. */
export function decimal(value: number | null): Stripe.Decimal | null {
  return value === null ? null : (String(value) as unknown as Stripe.Decimal)
}
