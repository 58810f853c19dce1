import { installationRule, sqlRule } from '#services/catalog/invariants/invariant-rule.js'
import * as statements from './marketplace-rules.sql.js'

/** Vendor balances, and totals of templates. */
export const marketplaceRules = [
  sqlRule(
    'vendor_entries_within_the_share',
    "The earnings entries of a purchase have its currency and the vendor's account, and sum to between zero and the vendor's share.",
    statements.vendorEntriesWithinTheShare,
  ),
  sqlRule(
    'payouts_are_entered',
    'Every payout has exactly one earnings entry, and every failed payout a reversing entry; one by the provider has a transfer.',
    statements.payoutsAreEntered,
  ),
  sqlRule(
    'templates_follow_their_payment',
    'A paid template is owned or being refunded; a refunded payment grants no ownership.',
    statements.templatesFollowTheirPayment,
  ),
  sqlRule(
    'product_subscriptions_have_their_product',
    'The price and the package of a subscription to a product are of that product.',
    statements.productSubscriptionsHaveTheirProduct,
  ),
  installationRule(
    'only_published_templates_are_listed',
    'Every listed template is approved, has an approval date and is not deleted; an open version does not change the listed status.',
    statements.onlyPublishedTemplatesAreListed,
  ),
]
