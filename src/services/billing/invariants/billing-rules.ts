import { installationRule, sqlRule } from '#services/catalog/invariants/invariant-rule.js'
import * as statements from './billing-rules.sql.js'
import * as purchases from './purchase-rules.sql.js'
import * as terms from './terms-rules.sql.js'
import { readsWereTaken } from './reads-were-taken.js'

/** Checkouts, payments, refunds and the products that they grant. */
export const billingRules = [
  sqlRule(
    'plans_have_their_subscription',
    'A plan assignment from a subscription belongs to the account of that subscription.',
    statements.plansHaveTheirSubscription,
  ),
  sqlRule(
    'addons_follow_their_subscription',
    'An add-on from a subscription has the quantity and the end of its lines.',
    statements.addonsFollowTheirSubscription,
  ),
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
    'refunds_sum_to_purchases',
    "A purchase's refunded amount equals the sum of its successful refunds, and its returned amount that and its lost disputes; neither exceeds the amount paid.",
    statements.refundsSumToPurchases,
  ),
  sqlRule(
    'reverted_payments_were_returned',
    'A payment of the running period is marked as taken from the subscription exactly if its money was returned.',
    statements.revertedPaymentsWereReturned,
  ),
  sqlRule(
    'open_changes_have_their_price',
    'The price of an open change of a subscription is a price of its plan, or of an add-on, in the currency of the subscription, and its plan has the terms that were sold then.',
    terms.openChangesHaveTheirPrice,
  ),
  sqlRule(
    'packs_follow_their_payment',
    'A paid credit pack has a grant; a refunded, disputed or pending one has no usable credits.',
    statements.packsFollowTheirPayment,
  ),
  sqlRule(
    'packs_grant_their_units',
    'The first grant of a paid credit pack equals the units of the pack times the quantity, has its features, and ends with the purchase.',
    statements.packsGrantTheirUnits,
  ),
  sqlRule(
    'purchases_name_their_product',
    'A purchase has the product and the quantity of the checkout, invoice or top-up that it pays.',
    purchases.purchasesNameTheirProduct,
  ),
  installationRule(
    'prices_are_of_their_version',
    'A price on sale is in a version of its plan or package, and every price of the latest version is on sale.',
    purchases.pricesAreOfTheirVersion,
  ),
  sqlRule(
    'overage_is_invoiced_once',
    'The cost of the units of a window that are marked as invoiced equals the lines of its invoices.',
    statements.overageIsInvoicedOnce,
  ),
  sqlRule(
    'reports_sum_to_lines',
    'The amount of a report of use equals the sum of its lines, and its state, customer and invoice say whether it was sent.',
    purchases.reportsSumToLines,
  ),
  readsWereTaken,
  sqlRule(
    'purchases_follow_their_invoice',
    'A purchase ends with the lines of its invoice, and records the change of the subscription that they charge. An invoice is marked as paid elsewhere, or as removed from its subscription, only if it was.',
    purchases.purchasesFollowTheirInvoice,
  ),
  sqlRule(
    'reports_have_their_payment',
    'A purchase of overage has the report that its invoice charges; a report that replaces the charge of a purchase names one with a report.',
    statements.reportsHaveTheirPayment,
  ),
  sqlRule(
    'credit_sums_to_purchases',
    'The part of a purchase that became credit equals the records of it, less what was reversed.',
    statements.creditSumsToPurchases,
  ),
  sqlRule(
    'credit_has_its_cause',
    'An invoice or change gave at least the credit that is recorded for it.',
    statements.creditHasItsCause,
  ),
  sqlRule(
    'top_ups_follow_their_payment',
    'A paid automatic top-up has one purchase of its amount; any other has none that was paid.',
    statements.topUpsFollowTheirPayment,
  ),
  sqlRule(
    'movements_are_of_their_purchase',
    'A refund or dispute has the currency and the provider of its purchase.',
    statements.movementsAreOfTheirPurchase,
  ),
  installationRule(
    'subscriptions_have_one_account',
    'One account holds a subscription of a provider; its invoices and purchases are of an account that holds or held it.',
    statements.subscriptionsHaveOneAccount,
  ),
  sqlRule(
    'credit_changes_are_made',
    'A change of credit is made as decided or is still scheduled, and concerns a purchase of its account.',
    statements.creditChangesAreMade,
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
