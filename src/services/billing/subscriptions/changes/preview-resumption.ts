import type { Money } from '#services/kernel/money/money.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { requireAccount } from '#services/identity/model/guard.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { providerUnavailable } from '#services/billing/model/change-denials.js'
import { ProviderUnavailable } from '#services/billing/providers/provider-errors.js'
import { loadSubscriptionState, type SubscriptionState } from '#services/billing/model/load-subscription-state.js'
import { decidePossibleResume } from './resume-subscription.js'
import { linesChange } from './send-change.js'

export interface PreviewedResumption {
  readonly kind: 'preview'
  readonly dueNow: Money
  /** Null if the provider does not say. */
  readonly nextPaymentAt: Date | null
}

/** The resumption, stopped before anything is written. A subscription without access begins a period, which is paid now. */
export async function previewResumption(
  context: BillingContext,
  input: { readonly accountId?: string | null },
): Promise<PreviewedResumption | Denied> {
  const account = await requireAccount(context, input.accountId, 'billing:manage')
  const state = await loadSubscriptionState(context, context.database, context.catalog.current(), account.id, null)
  const decision = decidePossibleResume(context, state, context.clock.now())
  if ('code' in decision) return denied(decision)
  const { port, subscription, price } = state!
  const free = { amountMinor: 0, currency: price.money.currency }
  if (subscription.status !== 'PAUSED' || !port.abilities.preview)
    return { kind: 'preview', dueNow: free, nextPaymentAt: nextDate(context, state!) }
  try {
    const preview = await port.previewLines(await newPeriodOf(context, state!))
    const ends = preview.lines.flatMap(({ kind, periodEnd }) => (kind === 'RECURRING' && periodEnd ? [periodEnd] : []))
    const nextPaymentAt = ends.toSorted((one, other) => one.getTime() - other.getTime())[0] ?? null
    return { kind: 'preview', dueNow: preview.dueNow, nextPaymentAt }
  } catch (error) {
    if (error instanceof ProviderUnavailable) return denied(providerUnavailable(context))
    throw error
  }
}

/** The present line, with a period that begins now and is charged without credit for the unpaid one. */
async function newPeriodOf(context: BillingContext, state: SubscriptionState) {
  const { subscription, planItem } = state
  const now = context.clock.now()
  const { priceId, quantity } = planItem
  return linesChange(context, state.port, state, {
    id: subscription.id,
    attempt: 0,
    kind: 'PLAN',
    at: 'NOW',
    asOf: now,
    fromPriceId: priceId,
    fromQuantity: quantity,
    toPriceId: priceId,
    toQuantity: quantity,
    trialUntil: null,
    unusedTime: { currency: state.price.money.currency, beginsPeriod: true, lines: [] },
  })
}

/** The provider continues with its next date. */
const nextDate = (
  { clock }: Pick<BillingContext, 'clock'>,
  { subscription: { currentPeriodEnd } }: SubscriptionState,
): Date | null => (currentPeriodEnd && currentPeriodEnd > clock.now() ? currentPeriodEnd : null)
