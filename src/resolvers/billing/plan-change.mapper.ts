import type { PlanChanged, PlanChangePreview } from '../../schema/billing/change-plan.type.js'
import type { PlanChangedOutcome } from '../../services/billing/subscriptions/changes/change-plan.js'
import type { PreviewedChange } from '../../services/billing/subscriptions/changes/preview-plan-change.js'
import { toEntitlement } from '../entitlements/entitlement.mapper.js'
import { toMoney } from '../kernel/price.mapper.js'
import type { RequestContext } from '../../context/request-context.js'
import { toSubscription } from './subscription.mapper.js'

export const toPlanChanged = async (
  context: RequestContext,
  { subscription, effectiveAt, actionUrl }: PlanChangedOutcome,
): Promise<PlanChanged> => ({
  __typename: 'PlanChanged',
  subscription: await toSubscription(context, subscription),
  effectiveAt,
  actionUrl,
})

export const toPlanChangePreview = (preview: PreviewedChange): PlanChangePreview => ({
  __typename: 'PlanChangePreview',
  dueNow: toMoney(preview.dueNow),
  lines: preview.lines.map(({ amount, ...line }) => ({
    __typename: 'InvoiceLine' as const,
    ...line,
    money: toMoney(amount),
  })),
  nextAmount: preview.next && toMoney(preview.next.amount),
  nextDate: preview.next && preview.next.at,
  effectiveAt: preview.effectiveAt,
  entitlementsBefore: preview.entitlementsBefore.map(toEntitlement),
  entitlementsAfter: preview.entitlementsAfter.map(toEntitlement),
})
