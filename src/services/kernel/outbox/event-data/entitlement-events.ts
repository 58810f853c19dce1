import { z } from 'zod'
import { each, integer, maybeText, ofAccount, text, time } from './define-event-data.js'

const feature = () => text().describe('Code of the feature.')
const by = () => text().optional().describe('The operator, if one did it.')
const reason = () => text().optional().describe('Reason of the operator.')
const purchaseId = () => text().optional().describe('The purchase that caused it.')

const expired = ofAccount('ExpiredData', 'credits or reservations expired', {
  features: text().array().readonly().describe('Codes of the features.'),
  operations: integer(),
  holds: integer().describe('Number of expired reservations.'),
  grants: integer().describe('Number of expired grants.'),
})

/** Data of events about entitlements, credits and usage. */
export const ENTITLEMENT_EVENTS = {
  'credits.granted': ofAccount('CreditsGrantedData', 'credits were granted', {
    feature: feature(),
    amount: integer(),
    expiresAt: time().nullable(),
    grantId: text().optional().describe('The grant of an operator.'),
    purchaseId: purchaseId(),
    package: text().optional().describe('Code of the package that was bought.'),
    reason: reason(),
    by: by(),
  }),
  'credits.revoked': ofAccount('CreditsRevokedData', 'credits were revoked', {
    feature: feature(),
    grantId: text(),
    takenBack: integer().describe('Units that were revoked.'),
    debt: integer().describe('Units that were used already.'),
    purchaseId: purchaseId(),
    reason: reason(),
    by: by(),
  }),
  ...each(['credits.expired', 'reservation.expired'], expired),
  'usage.amended': ofAccount('UsageAmendedData', 'units of a consumption were returned', {
    id: text().describe('The amendment.'),
    consumptionId: text(),
    feature: feature(),
    amount: integer().describe('Units that were returned.'),
    remaining: integer().describe('Units of the consumption that still count.'),
    lost: integer().describe('Returned units of grants that had expired or were revoked.'),
    debtReduced: integer().describe('Returned units that reduced the debt.'),
    invoiceEffect: text().describe('`NONE`, `NOT_REPORTED` or `NEXT_REPORT`.'),
    reason: text(),
    by: text().describe('The operator or service.'),
  }),
  'override.set': ofAccount('OverrideSetData', 'an operator granted more of a feature', {
    id: text(),
    feature: feature(),
    amount: integer().nullable(),
    unlimited: z.boolean(),
    until: time().nullable(),
    reason: text(),
    by: text(),
  }),
  'override.ended': ofAccount('OverrideEndedData', 'an override expired or was revoked', {
    id: text().optional().describe('The override that expired.'),
    endedAt: time().optional().describe('Time at which it expired.'),
    feature: text().optional().describe('Code of the feature of a revoked override.'),
    reason: reason(),
    by: by(),
  }),
  'package.ended': ofAccount('PackageEndedData', 'a package ended', { id: text(), endedAt: time() }),
  'plan.comped': ofAccount('PlanCompedData', 'an operator gave a plan free of charge', {
    id: text(),
    plan: text().describe('Code of the plan.'),
    quantity: integer(),
    until: time(),
    reason: text(),
    by: text(),
  }),
  'plan.comp_ending': ofAccount('PlanCompEndingData', 'a complimentary plan ends soon', {
    id: text(),
    plan: text().describe('Code of the plan.'),
    until: time(),
    next: text().describe('Code of the plan that follows.'),
  }),
  'plan.comp_ended': ofAccount('PlanCompEndedData', 'an operator ended a complimentary plan', {
    plan: text().describe('Code of the plan.'),
    reason: text(),
    by: text(),
  }),
  'plan.expired': ofAccount('PlanExpiredData', 'a plan was not renewed', { planVersionId: text() }),
  ...each(
    ['seat.assigned', 'seat.unassigned', 'seat.moved'],
    ofAccount('SeatChangedData', 'a seat was assigned, freed or moved', {
      feature: feature(),
      from: maybeText().describe('User who lost the seat.'),
      to: maybeText().describe('Member who received the seat.'),
      by: text(),
    }),
  ),
  'account.parent_changed': ofAccount('ParentChangedData', 'the account has another parent account, or none', {
    from: maybeText().describe('Earlier parent account.'),
    to: maybeText().describe('Present parent account.'),
    by: text(),
  }),
  ...each(
    ['sub_account.added', 'sub_account.removed'],
    ofAccount('SubAccountData', 'a sub-account was added or removed', { subAccountId: text(), by: text() }),
  ),
  'sub_account.limit_set': ofAccount('SubAccountLimitData', 'a limit of a sub-account was set or removed', {
    subAccountId: text(),
    feature: feature(),
    period: text(),
    amount: integer().nullable().describe('Most units in a period. Null: no limit.'),
    by: text(),
  }),
  'spend_cap.set': ofAccount('SpendCapSetData', 'a spend cap was set', {
    feature: feature(),
    period: text(),
    setter: text().describe('`ACCOUNT` or `OPERATOR`.'),
    amount: integer(),
    alertPercents: integer().array().readonly(),
    by: text(),
  }),
  'spend_cap.removed': ofAccount('SpendCapRemovedData', 'a spend cap was removed', {
    feature: feature(),
    period: text(),
    setter: text().describe('`ACCOUNT` or `OPERATOR`.'),
    by: text(),
  }),
  'spend_cap.alert': ofAccount('SpendCapAlertData', 'usage reached a level of a spend cap', {
    feature: feature(),
    period: text(),
    setter: text().describe('`ACCOUNT` or `OPERATOR`.'),
    percent: integer().describe('The level, in percent of the cap.'),
    used: integer().describe('Units used in the period when it was reached.'),
    amount: integer().describe('Units that the cap allows.'),
    periodStart: time(),
    reachedAt: time(),
  }),
  'money_cap.set': ofAccount('MoneyCapSetData', 'a spend cap in money was set', {
    feature: feature(),
    period: text(),
    setter: text().describe('`ACCOUNT` or `OPERATOR`.'),
    amountMinor: integer().describe('Highest cost in a period, in the smallest unit of the currency.'),
    currency: text(),
    alertPercents: integer().array().readonly(),
    by: text(),
  }),
  'money_cap.removed': ofAccount('MoneyCapRemovedData', 'a spend cap in money was removed', {
    feature: feature(),
    period: text(),
    setter: text().describe('`ACCOUNT` or `OPERATOR`.'),
    by: text(),
  }),
  'money_cap.alert': ofAccount('MoneyCapAlertData', 'cost reached a level of a spend cap in money', {
    feature: feature(),
    period: text(),
    setter: text().describe('`ACCOUNT` or `OPERATOR`.'),
    percent: integer().describe('The level, in percent of the cap.'),
    usedMinor: integer().describe('Cost of the period when it was reached, in the smallest unit of the currency.'),
    amountMinor: integer().describe('Cost that the cap allows.'),
    currency: text(),
    periodStart: time(),
    reachedAt: time(),
  }),
  'balance.alerts_set': ofAccount('BalanceAlertsSetData', 'the alerts on a balance were set or removed', {
    feature: feature(),
    levels: integer().array().readonly().describe('Units, the highest first. Empty if the alerts were removed.'),
    by: text(),
  }),
  'balance.alert': ofAccount('BalanceAlertData', 'a balance fell below a level', {
    feature: feature(),
    threshold: integer().describe('The level, in units.'),
    balance: integer().describe('Units that were left.'),
    crossing: integer().describe('Number of the fall below this level, from 1.'),
    reachedAt: time(),
  }),
  'usage.warning': ofAccount('UsageWarningData', 'usage reached one or more thresholds', {
    feature: feature(),
    threshold: z.number().describe('The highest of `thresholds`, in percent.'),
    thresholds: z.number().array().readonly(),
    used: integer().describe('Units used now.'),
    previous: integer().describe('Units used before.'),
    limit: integer(),
  }),
  'entitlements.synced': ofAccount('EntitlementsSyncedData', 'the User Service reports another plan or templates', {
    plan: maybeText().describe('Code of the plan.'),
    dateEnd: time().nullable(),
    templates: text().array().readonly(),
  }),
} as const
