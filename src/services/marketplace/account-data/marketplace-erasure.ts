import { anonymizeRows, keepRows, type ErasureRule } from '#services/identity/account-data/erasure-rule.js'

/** Templates, vendors and their earnings. */
export const marketplaceErasure: readonly ErasureRule[] = [
  keepRows('template_ownership'),
  keepRows('template_install'),
  anonymizeRows('template_rating', { comment: null }),
  keepRows('earnings_entry'),
  keepRows('vendor_payout'),
  // Purchases from a vendor stay with their buyers.
  anonymizeRows('vendor', { name: 'Former vendor', description: null, website: null }),
]
