import type { PreviewCancellationArgs } from '#schema/billing/cancellation-preview.type.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import type { Money } from '#services/kernel/money/money.js'
import { requireAccount } from '#services/identity/model/guard.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import type { PreviewLine } from '#services/billing/providers/subscription-port.js'
import { previewUnusedCredit } from '#services/billing/model/preview-unused-credit.js'
import { recordPaymentsFirst } from '#services/billing/unused-time/record-payments-first.js'
import { sumOf, type UsedLine } from '#services/billing/used-part/decide-used-part.js'
import { usedPartsOf } from '#services/billing/used-part/used-part-of.js'
import { cancellationRequest, decideCancel, invalidCancellation } from './cancel-subscription.js'
import { loadSubscriptionState } from '#services/billing/model/load-subscription-state.js'

export interface PreviewedCancellation {
  readonly kind: 'preview'
  readonly effectiveAt: Date
  readonly credit: Money
  /** Amount that is charged for the used part of an unpaid period. */
  readonly due: Money
  readonly lines: readonly PreviewLine[]
  /** The provider keeps no balance, so the credit is paid back. */
  readonly asRefund: boolean
}

/** The cancellation, stopped before anything is written: when the subscription would end, and the credit for unused time. */
export async function previewCancellation(
  context: BillingContext,
  input: PreviewCancellationArgs,
): Promise<PreviewedCancellation | Denied> {
  const account = await requireAccount(context, input.accountId, 'billing:manage')
  const request = cancellationRequest(input)
  const invalid = invalidCancellation(request)
  if (invalid) return denied(invalid)
  const now = context.clock.now()
  const state = await loadSubscriptionState(context, context.database, context.catalog.current(), account.id, null)
  const decision = decideCancel(state, request, now)
  if ('code' in decision) return denied(decision)
  const { port, subscription, price } = state!
  const change = decision.kind === 'already' ? { kind: 'CANCEL' as const, at: 'PERIOD_END' as const } : decision
  await recordPaymentsFirst(context, state!, change)
  const { creditMinor, lines } = await previewUnusedCredit(context, state!, change, now)
  const used = change.at === 'NOW' ? await usedPartsOf(context, port, subscription) : []
  const { currency } = price.money
  return {
    kind: 'preview',
    effectiveAt: decision.kind === 'already' ? subscription.cancelAt! : decision.effectiveAt,
    credit: { amountMinor: creditMinor, currency },
    due: { amountMinor: sumOf(used), currency },
    lines: [...lines, ...used.map((line) => previewLine(line, currency))],
    asRefund: !port.keepsBalance,
  }
}

const previewLine = ({ description, usedMinor, periodStart, periodEnd }: UsedLine, currency: string): PreviewLine => ({
  description,
  amount: { amountMinor: usedMinor, currency },
  discount: null,
  quantity: null,
  unitPrice: null,
  kind: 'PRORATION',
  periodStart,
  periodEnd,
})
