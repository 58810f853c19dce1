import { z } from 'zod'
import {
  each,
  integer,
  interval,
  maybeText,
  ofAccount,
  onlyStreamed,
  forOperators,
  text,
  time,
} from '#services/kernel/outbox/event-data/define-event-data.js'

const minor = () => integer().describe('In minor units of the currency.')
const planCode = () => text().describe('Code of the plan.')
const productCode = () => maybeText().describe('Code of the product.')
const subjectId = (of: string) => text().describe(`ID of the ${of}.`)

const subscription = ofAccount('SubscriptionEventData', 'the status of the subscription to a plan changed', {
  subscriptionId: text(),
  plan: planCode(),
  status: text(),
  currentPeriodEnd: time().nullable(),
  quantity: integer(),
})

const change = ofAccount(
  'SubscriptionChangeEventData',
  'a change of a subscription was scheduled, interrupted or replaced',
  {
    plan: maybeText().describe('Code of the plan after the change.'),
    quantity: integer().nullable(),
    effectiveAt: time().nullable(),
    actionUrl: maybeText().describe('Page on which the buyer confirms the change.'),
    failureReason: maybeText(),
    subjectId: subjectId('subscription'),
  },
)

const notice = ofAccount('PaymentNoticeData', 'a payment failed or needs a confirmation, or a trial ends', {
  invoice: maybeText().describe('ID of the invoice at the provider.'),
  attempt: integer().nullable(),
  nextAttemptAt: time().nullable(),
  payUrl: maybeText().describe('Page on which the buyer pays.'),
  until: time().nullable(),
  subjectId: subjectId('subscription'),
})

const purchase = ofAccount('PurchaseEventData', 'a purchase changed', {
  purchaseId: text(),
  subscriptionId: maybeText(),
  product: productCode(),
  type: maybeText(),
  externalId: maybeText(),
  status: text(),
  amountMinor: minor(),
  refundedMinor: minor(),
  currency: text(),
  overage: z.boolean().optional().describe('True if the payment is for units beyond the allowance of the plan.'),
})

const product = ofAccount('ProductEventData', 'a subscription to a product that is not a plan changed', {
  subscriptionId: maybeText().describe('ID of the subscription at the provider.'),
  product: productCode(),
  externalId: maybeText(),
  status: text(),
  currentPeriodEnd: time().nullable(),
  quantity: integer(),
})

const checkout = ofAccount('CheckoutEventData', 'the status of a checkout changed', {
  checkoutId: text(),
  statusReason: maybeText().describe('Reason of the status, if there is one.'),
})

const featureCode = () => text().describe('Code of the feature.')

/** Data of events about payments. */
export const billingEvents = {
  'auto_top_up.set': ofAccount('AutoTopUpSetData', 'an automatic top-up was set', {
    feature: featureCode(),
    package: text().describe('Code of the pack.'),
    quantity: integer(),
    threshold: integer().describe('Units below which the balance causes a top-up.'),
    amountMinor: minor(),
    currency: text(),
    maxPerMonth: integer(),
    by: text(),
  }),
  'auto_top_up.removed': ofAccount('AutoTopUpRemovedData', 'an automatic top-up was removed', {
    feature: featureCode(),
    package: text().describe('Code of the pack.'),
    by: text(),
  }),
  'auto_top_up.stopped': ofAccount('AutoTopUpStoppedData', 'an automatic top-up stopped and charges nothing', {
    feature: featureCode(),
    package: text().describe('Code of the pack.'),
    reason: text().describe('A value of `TopUpStop`.'),
  }),
  'auto_top_up.limited': ofAccount('AutoTopUpLimitedData', 'an automatic top-up reached its maximum of the month', {
    feature: featureCode(),
    until: time(),
  }),
  'top_up.paid': ofAccount('TopUpPaidData', 'an automatic top-up was paid', {
    topUpId: text(),
    feature: featureCode(),
    product: productCode(),
    quantity: integer(),
    amountMinor: minor(),
    currency: text(),
  }),
  'usage.amended': ofAccount('UsageAmendedData', 'units of a consumption were returned', {
    id: text().describe('The amendment.'),
    consumptionId: text(),
    feature: featureCode(),
    amount: integer().describe('Units that were returned.'),
    remaining: integer().describe('Units of the consumption that still count.'),
    lost: integer().describe('Returned units of grants that had expired or were revoked.'),
    debtReduced: integer().describe('Returned units that reduced the debt.'),
    invoiceEffect: text().describe('`NONE`, `NOT_REPORTED` or `NEXT_REPORT`.'),
    reason: text(),
    by: text().describe('The operator or service.'),
  }),
  'checkout.started': ofAccount('CheckoutStartedData', 'a checkout was stored', {
    plan: text().optional().describe('Code of the plan, if one is bought.'),
    product: text().optional().describe('Code of the product, if no plan is bought.'),
    amountMinor: minor(),
    currency: text(),
    by: text(),
    subjectId: subjectId('checkout'),
  }),
  ...each(
    ['checkout.processing', 'checkout.completed', 'checkout.expired', 'checkout.failed', 'checkout.cancelled'],
    checkout,
  ),
  'checkout.quarantined': forOperators(checkout),
  ...each(
    [
      'subscription.activated',
      'subscription.renewed',
      'subscription.past_due',
      'subscription.unpaid',
      'subscription.paused',
      'subscription.resumed',
      'subscription.canceled',
      'subscription.items_changed',
      'subscription.recovered',
      'subscription.updated',
    ],
    subscription,
  ),
  ...each(
    [
      'subscription.change_scheduled',
      'subscription.change_canceled',
      'subscription.change_superseded',
      'subscription.change_requires_confirmation',
      'subscription.change_failed',
    ],
    change,
  ),
  ...each(['invoice.payment_failed', 'invoice.payment_action_required', 'subscription.trial_ending'], notice),
  'subscription.access_ended': ofAccount('AccessEndedData', 'the grace period for an unpaid invoice ended', {
    subscriptionId: text(),
    plan: planCode(),
    endedAt: time(),
  }),
  'subscription.addons_ended': ofAccount('AddonsEndedData', 'unpaid add-ons ended', {
    packages: text().array().readonly().describe('Codes of the add-ons.'),
    subjectId: subjectId('subscription'),
  }),
  'negotiated_plan.offered': ofAccount('NegotiatedPlanOfferedData', 'an operator offered a plan at a price', {
    id: text(),
    plan: planCode(),
    amountMinor: minor(),
    currency: text(),
    interval: interval(),
    quantity: integer(),
    periods: integer().nullable(),
    until: time().nullable(),
    acceptUntil: time(),
    features: text().array().readonly().describe('Codes of the features whose terms differ from those of the plan.'),
    reason: text(),
    by: text(),
  }),
  'negotiated_plan.withdrawn': ofAccount('NegotiatedPlanWithdrawnData', 'an operator withdrew an offer', {
    id: text(),
    plan: planCode(),
    reason: text(),
    by: text(),
  }),
  'negotiated_plan.started': ofAccount('NegotiatedPlanStartedData', 'a negotiated price is paid from now on', {
    id: text(),
    plan: planCode(),
    subscriptionId: text(),
    endsAt: time(),
    subjectId: subjectId('subscription'),
  }),
  'negotiated_plan.ending': ofAccount('NegotiatedPlanEndingData', 'the ordinary price follows a negotiated one soon', {
    id: text(),
    plan: planCode(),
    endsAt: time(),
    amountMinor: minor(),
    currency: text(),
    subjectId: subjectId('subscription'),
  }),
  'negotiated_plan.ended': ofAccount('NegotiatedPlanEndedData', 'a negotiated price is not paid any more', {
    id: text(),
    plan: planCode(),
  }),
  'subscription.trial_extended': ofAccount('TrialExtendedData', 'an operator extended a trial', {
    plan: text().nullable().describe('Code of the plan.'),
    until: time(),
    reason: text(),
    subjectId: subjectId('subscription'),
  }),
  'subscription.trial_refused': ofAccount('TrialRefusedData', 'a trial was used before', { provider: text() }),
  ...each(
    [
      'purchase.pending',
      'purchase.paid',
      'purchase.refunded',
      'purchase.disputed',
      'purchase.charged_back',
      'purchase.restored',
    ],
    purchase,
  ),
  'purchase.corrected': ofAccount('PurchaseCorrectedData', 'an operator corrected the amount of a purchase', {
    purchaseId: text(),
    beforeMinor: minor(),
    amountMinor: minor(),
    creditMinor: minor().describe('Part that was paid with credit, in minor units.'),
    currency: text(),
    subjectId: subjectId('purchase'),
  }),
  'payment.returned': ofAccount('PaymentReturnedData', 'a payment without effect is refunded', {
    purchaseId: text(),
    reason: text(),
    amountMinor: minor(),
    creditMinor: minor().describe('Part that was paid with credit, in minor units.'),
    currency: text(),
    subjectId: subjectId('purchase'),
  }),
  'credit_balance.changed': ofAccount('CreditBalanceChangedData', 'the credit at the provider changed', {
    amountMinor: minor().describe('Change in minor units of the currency. Negative if credit was removed.'),
    currency: text(),
    purchaseId: maybeText(),
  }),
  ...each(['product.subscribed', 'product.renewed', 'product.updated', 'product.unsubscribed'], product),
  ...each(['overage.ending', 'overage.resumed'], onlyStreamed({ endsAt: time().nullable(), reason: maybeText() })),
  'overage.invoiced': onlyStreamed({ amountMinor: integer(), currency: text() }),
  'overage.threshold_set': onlyStreamed({ amountMinor: integer().nullable(), currency: maybeText(), by: text() }),
  'invoice.details_changed': onlyStreamed({ fields: text().array().readonly(), by: text() }),
  'invoice.terms_set': onlyStreamed({ daysUntilDue: integer().nullable(), access: maybeText(), by: text() }),
  ...each(
    ['plan_migration.started', 'plan_migration.stopped', 'plan_migration.resumed', 'plan_migration.completed'],
    forOperators(onlyStreamed({ planId: text(), planVersionId: text() })),
  ),
  ...each(
    [
      'usage_batch.opened',
      'usage_batch.closing',
      'usage_batch.closed',
      'usage_batch.reverting',
      'usage_batch.reverted',
    ],
    forOperators(onlyStreamed({ usageBatchId: text(), name: text() })),
  ),
  ...each(
    ['usage_comparison.started', 'usage_comparison.progressed', 'usage_comparison.ended'],
    forOperators(onlyStreamed({ usageComparisonId: text(), name: text() })),
  ),
  ...each(
    ['reconciliation.completed', 'reconciliation.failed', 'drift.found'],
    forOperators(
      onlyStreamed({
        provider: text(),
        scope: text(),
        checkedCount: integer(),
        foundCount: integer(),
        healedCount: integer(),
        error: maybeText(),
      }),
    ),
  ),
} as const

type BillingEvents = typeof billingEvents

declare module '#services/kernel/outbox/event-data/events.js' {
  interface Events extends BillingEvents {}
}
