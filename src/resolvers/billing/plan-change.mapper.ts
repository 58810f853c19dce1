import type { PlanChangePayload, PlanChangePreview } from '#schema/billing/change-plan.type.js'
import type { InvoiceLine } from '#schema/billing/invoice.type.js'
import type { UnitPrice } from '#schema/kernel/unit-price.type.js'
import type { CancellationPreview } from '#schema/billing/cancellation-preview.type.js'
import type { PreviewedCancellation } from '#services/billing/subscriptions/changes/preview-cancellation.js'
import type { PlanChangedOutcome } from '#services/billing/subscriptions/changes/change-plan.js'
import type { PreviewedChange } from '#services/billing/subscriptions/changes/preview-plan-change.js'
import { toEntitlement, toEntitlementPreview } from '../entitlements/entitlement.mapper.js'
import { toMoney } from '../kernel/price.mapper.js'
import type { RequestContext } from '#context/request-context.js'
import { toSubscription } from './subscription.mapper.js'

export const toPlanChanged = async (
  context: RequestContext,
  { subscription, effectiveAt, actionUrl, credit }: PlanChangedOutcome,
): Promise<PlanChangePayload> => ({
  subscription: await toSubscription(context, subscription),
  effectiveAt,
  actionUrl,
  credit: credit && toMoney(credit),
})

export const toLines = (lines: PreviewedChange['lines']): InvoiceLine[] =>
  lines.map(({ amount, discount, quantity, unitPrice, ...line }) => ({
    __typename: 'InvoiceLine' as const,
    ...line,
    money: toMoney(amount),
    discount: discount && toMoney(discount),
    quantity: quantity === null ? null : String(quantity),
    unitPrice: toUnitPrice(unitPrice, amount.currency),
  }))

/** Price of one unit. */
export const toUnitPrice = (amount: string | null | undefined, currency: string): UnitPrice | null =>
  amount == null ? null : { __typename: 'UnitPrice', amount, currency, per: 1 }

export const toCancellationPreview = (
  { catalog }: Pick<RequestContext, 'catalog'>,
  { effectiveAt, credit, due, lines, asRefund }: PreviewedCancellation,
): CancellationPreview => ({
  effectiveAt,
  credit: toMoney(credit),
  due: toMoney(due),
  lines: toLines(lines),
  unusedTime: catalog.current().unusedTime,
  asRefund,
})

export const toPlanChangePreview = (
  { catalog }: Pick<RequestContext, 'catalog'>,
  preview: PreviewedChange,
): PlanChangePreview => ({
  dueNow: toMoney(preview.dueNow),
  credit: toMoney(preview.credit),
  unusedTime: catalog.current().unusedTime,
  lines: toLines(preview.lines),
  nextAmount: preview.next && toMoney(preview.next.amount),
  nextDate: preview.next && preview.next.at,
  effectiveAt: preview.effectiveAt,
  beginsPeriod: preview.beginsPeriod,
  entitlementsBefore: preview.entitlementsBefore.map((one) => toEntitlement(one)),
  entitlementsAfter: preview.entitlementsAfter.map(toEntitlementPreview),
})
