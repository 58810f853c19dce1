import type { PreviewPauseArgs } from '#schema/billing/pause.type.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { requireAccount } from '#services/identity/model/guard.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { loadSubscriptionState } from '#services/billing/model/load-subscription-state.js'
import { wholeSeconds } from './extend-trial.js'
import { decidePauseRequest, paidUntilOf } from './pause-subscription.js'

export interface PreviewedPause {
  readonly kind: 'preview'
  /** Time from which no payment is collected, and at which access ends unless the catalog keeps it. */
  readonly paidUntil: Date
  readonly resumesAt: Date
  readonly keepsAccess: boolean
}

/** The pause, stopped before anything is written. */
export async function previewPause(context: BillingContext, input: PreviewPauseArgs): Promise<PreviewedPause | Denied> {
  const account = await requireAccount(context, input.accountId, 'billing:manage')
  const catalog = context.catalog.current()
  const state = await loadSubscriptionState(context, context.database, catalog, account.id, null)
  const resumesAt = input.resumesAt ? wholeSeconds(input.resumesAt) : null
  const decision = decidePauseRequest(catalog, state, resumesAt, context.clock.now())
  if ('code' in decision) return denied(decision)
  return {
    kind: 'preview',
    paidUntil: paidUntilOf(state!),
    resumesAt: 'resumesAt' in decision ? decision.resumesAt! : new Date(state!.subscription.pause!.resumesAt!),
    keepsAccess: catalog.pause?.access === 'KEEP',
  }
}
