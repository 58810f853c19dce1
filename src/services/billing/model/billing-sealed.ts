import type { SealedColumn } from '#services/kernel/secrets/sealed-column.js'

/** Purpose under which the token of a program is sealed until its payment is known. */
export const grantedTokenPurpose = (checkoutId: string): string => `checkout:${checkoutId}`

/** Tokens that programs pay with. */
export const billingSealed: readonly SealedColumn[] = [
  { table: 'checkout', column: 'granted_token', key: 'id', purpose: grantedTokenPurpose },
]
