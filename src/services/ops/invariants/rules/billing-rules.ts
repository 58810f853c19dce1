import { installationRule, sqlRule } from '../invariant.js'
import * as statements from './billing-rules.sql.js'

/** Checkouts, payments, refunds and the products that they grant, and the commands that deployments run for them. */
export const billingRules = [
  sqlRule(
    'one_open_checkout_per_group',
    'An account has at most one checkout of a plan group that can still be paid.',
    statements.oneOpenCheckoutPerGroup,
  ),
  sqlRule(
    'prices_are_never_edited',
    'The amount of a checkout equals price × quantity.',
    statements.pricesAreNeverEdited,
  ),
  sqlRule(
    'commands_follow_each_other',
    'A deployment has at most one leased or running command.',
    statements.commandsFollowEachOther,
  ),
  sqlRule(
    'refunds_sum_to_purchases',
    "A purchase's refunded amount equals the sum of its successful refunds and never exceeds the amount paid.",
    statements.refundsSumToPurchases,
  ),
  sqlRule(
    'packs_follow_their_payment',
    'A paid credit pack has a grant; a refunded, disputed or pending one has no usable credits.',
    statements.packsFollowTheirPayment,
  ),
  sqlRule(
    'templates_follow_their_payment',
    'A paid template is owned or being refunded; a refunded payment grants no ownership.',
    statements.templatesFollowTheirPayment,
  ),
  sqlRule(
    'top_ups_follow_their_payment',
    'A paid automatic top-up has one purchase of its amount; any other has none that was paid.',
    statements.topUpsFollowTheirPayment,
  ),
  sqlRule(
    'returned_within_paid',
    'Refunds, lost disputes and credit of a purchase together never exceed what was paid for it, by money and by credit.',
    statements.returnedWithinPaid,
  ),
  installationRule(
    'money_matches_provider',
    'The last comparison of money with each provider left no difference without its action.',
    statements.moneyMatchesProvider,
  ),
]
