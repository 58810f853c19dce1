import { z } from 'zod'
import {
  each,
  integer,
  maybeText,
  ofAccount,
  onlyStreamed,
  text,
  time,
} from '#services/kernel/outbox/event-data/define-event-data.js'

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

const ended = () => ({
  features: text().array().readonly().describe('Codes of the features.'),
  operations: integer(),
  holds: integer().describe('Number of expired reservations.'),
  grants: integer().describe('Number of expired grants.'),
})

/** Data of events about entitlements, credits and usage. */
export const entitlementEvents = {
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
  ...each(
    ['credits.expired', 'reservation.expired'],
    ofAccount('ExpiredData', 'credits or reservations expired', ended()),
  ),
  'credits.rolled_over': ofAccount('CreditsRolledOverData', 'unused units of ended windows rolled over', {
    ...ended(),
    rollovers: integer().describe('Number of windows whose unused units rolled over.'),
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
  'plan.set': ofAccount('PlanSetData', "a plan was set or ended by an event of the seller's own payment provider", {
    source: text().describe("The seller's ID of the subscription."),
    event: text().describe('Key of the call: the ID of the event.'),
    eventAt: time(),
    plan: maybeText().describe('Code of the plan. Null: the plan of the source was ended.'),
    quantity: integer().nullable(),
    from: time().nullable().describe('Start of the paid period.'),
    to: time().nullable().describe('End of the paid period. Null: no end.'),
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
  'alert.changed': ofAccount('AlertChangedData', 'the alerts of a feature were set or removed', {
    feature: feature(),
    alerts: z
      .strictObject({ basis: text(), percent: integer().nullable(), units: integer().nullable() })
      .array()
      .readonly()
      .describe('All alerts of the feature, with their levels in percent or in units.'),
    by: text(),
  }),
  'alert.reached': ofAccount('AlertReachedData', 'an alert or a level of a spend cap was reached', {
    id: text().describe('The alert, or the spend cap.'),
    basis: text().describe('`ALLOWANCE`, `BALANCE`, `FORECAST` or `CAP`.'),
    feature: feature(),
    percent: integer()
      .nullable()
      .describe('The level, in percent of `base`. Null for a level in units and a forecast.'),
    threshold: integer()
      .nullable()
      .describe(
        'The level: in units, or for a cap in money in the smallest unit of its currency. Null for a forecast.',
      ),
    base: integer()
      .nullable()
      .describe(
        'The allowance, the highest balance since the last grant, or the limit of the cap. Null for a balance in units, and an unlimited allowance.',
      ),
    value: integer().describe('Units used, their cost, or for a balance the units that were left.'),
    forecast: integer()
      .nullable()
      .describe(
        'Units at the end of the window: used / elapsed × length of the window, rounded down. Null for other bases.',
      ),
    windowStart: time().nullable().describe('Start of the window or period. Null for a balance.'),
    resetsAt: time().nullable().describe('End of the window of an allowance. Null for a balance and a spend cap.'),
    cap: z
      .strictObject({
        period: text(),
        setByOperator: z.boolean(),
        currency: maybeText().describe('Null for a cap in units. Money is in the smallest unit of the currency.'),
        userId: maybeText(),
        subAccountId: maybeText(),
      })
      .nullable()
      .describe('Terms of the spend cap. Null for an alert.'),
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
  'usage.recorded': onlyStreamed({
    features: text().array().readonly().describe('Codes of the features.'),
    operations: integer(),
    holds: integer().describe('Number of expired reservations.'),
    grants: integer().describe('Number of expired grants.'),
  }),
  'balance.level_changed': onlyStreamed({
    features: text().array().readonly().describe('Codes of the features.'),
  }),
} as const

type EntitlementEvents = typeof entitlementEvents

declare module '#services/kernel/outbox/event-data/events.js' {
  interface Events extends EntitlementEvents {}
}
