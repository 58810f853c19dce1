import { z } from 'zod'
import { each, integer, maybeText, ofAccount, text, time } from './define-event-data.js'

const feature = () => text().describe('Code of the feature.')
const by = () => text().optional().describe('The operator, if one did it.')
const reason = () => text().optional().describe('Reason of the operator.')
const purchaseId = () => text().optional().describe('The purchase that caused it.')

const cap = () => ({
  id: text().describe('The cap.'),
  feature: feature(),
  period: text(),
  setByOperator: z.boolean(),
  userId: maybeText().describe('Member whose use the cap limits. Null: all of them.'),
  subAccountId: maybeText().describe('Sub-account whose use the cap limits. Null: the whole account.'),
})

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
  'spend_cap.changed': ofAccount('SpendCapChangedData', 'a spend cap was set or removed', {
    ...cap(),
    amount: integer()
      .nullable()
      .describe('Units, or money in the smallest unit of `currency`. Null: the cap was removed.'),
    currency: maybeText().describe('Null for a cap in units.'),
    alertPercents: integer().array().readonly(),
    by: text(),
  }),
  'spend_cap.alert': ofAccount('SpendCapAlertData', 'use reached a level of a spend cap', {
    ...cap(),
    percent: integer().describe('The level, in percent of the cap.'),
    used: integer().describe('Units or cost of the period when it was reached.'),
    amount: integer().describe('Units, or money in the smallest unit of `currency`, that the cap allows.'),
    currency: maybeText().describe('Null for a cap in units.'),
    periodStart: time(),
    reachedAt: time(),
  }),
  'balance.alerts_set': ofAccount('BalanceAlertsSetData', 'the alerts on a balance were set or removed', {
    feature: feature(),
    levels: integer().array().readonly().describe('Units, the highest first.'),
    percents: integer()
      .array()
      .readonly()
      .describe('Percent of what the account held after its last grant, the highest first.'),
    by: text(),
  }),
  'balance.alert': ofAccount('BalanceAlertData', 'a balance fell below a level', {
    feature: feature(),
    threshold: integer().describe('The level, in units. For a level in percent: `percent` of `base`, rounded up.'),
    percent: integer().nullable().describe('The level, in percent of `base`. Null for a level in units.'),
    base: integer().nullable().describe('Highest balance since the last grant. Null for a level in units.'),
    balance: integer().describe('Units that were left.'),
    crossing: integer().describe('Number of the fall below this level, from 1.'),
    reachedAt: time(),
  }),
  'usage_alert.set': ofAccount('UsageAlertSetData', 'the alerts on an allowance were set or removed', {
    feature: feature(),
    percents: integer().array().readonly().describe('Percent of the allowance, ascending.'),
    amounts: integer().array().readonly().describe('Used units of the allowance, ascending.'),
    onForecast: z.boolean().describe('True if an alert follows a forecast beyond the allowance.'),
    by: text(),
  }),
  'usage_alert.reached': ofAccount('UsageAlertReachedData', 'use reached a level of an allowance', {
    feature: feature(),
    percent: integer().describe('The level, in percent of the allowance.'),
    used: integer().describe('Units used in the window when it was reached.'),
    allowance: integer().describe('Units that the window grants.'),
    windowStart: time(),
    resetsAt: time(),
    reachedAt: time(),
  }),
  'usage_alert.amount_reached': ofAccount(
    'UsageAlertAmountReachedData',
    'use of an allowance reached a level in units',
    {
      feature: feature(),
      amount: integer().describe('The level, in used units of the allowance.'),
      used: integer().describe('Units used in the window when it was reached.'),
      allowance: integer().nullable().describe('Units that the window grants. Null if unlimited.'),
      windowStart: time(),
      resetsAt: time(),
      reachedAt: time(),
    },
  ),
  'usage_alert.forecast': ofAccount('UsageAlertForecastData', 'the forecast exceeds an allowance', {
    feature: feature(),
    forecast: integer().describe(
      'Units at the end of the window: used / elapsed × length of the window, rounded down.',
    ),
    used: integer().describe('Units used in the window at the time of the forecast.'),
    allowance: integer().describe('Units that the window grants.'),
    windowStart: time(),
    resetsAt: time(),
    reachedAt: time().describe('Time of the forecast. Elapsed is the time since `windowStart`.'),
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
