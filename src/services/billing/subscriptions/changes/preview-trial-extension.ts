import type { PreviewTrialExtensionArgs } from '#schema/billing/trial-extension.type.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import type { Money } from '#services/kernel/money/money.js'
import type { CatalogPlan } from '#services/catalog/snapshot/catalog-snapshot.js'
import { allProblems } from '#services/entitlements/model/all-problems.js'
import { plannedReason } from '#services/kernel/denials/validate-reason.js'
import { requireAccount } from '#services/identity/model/guard.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { ProviderUnavailable } from '#services/billing/providers/provider-errors.js'
import { providerUnavailable } from '#services/billing/model/change-denials.js'
import { decidePossibleExtension, groupOf, validatePlan, wholeSeconds } from './extend-trial.js'
import { loadSubscriptionState } from '#services/billing/model/load-subscription-state.js'

export interface PreviewedExtension {
  readonly kind: 'preview'
  /** The plan in its trial. */
  readonly plan: CatalogPlan
  readonly trialEnd: Date
  readonly until: Date
  /** The first charge after the trial, with discounts and tax. Null if the provider charges nothing. */
  readonly firstCharge: Money | null
}

/** The extension, stopped before anything is written: the first charge, and its date before and after. */
export async function previewTrialExtension(
  context: BillingContext,
  input: PreviewTrialExtensionArgs,
): Promise<PreviewedExtension | Denied> {
  const account = await requireAccount(context, input.accountId, 'account:read')
  const invalid = allProblems(validatePlan(context, input), plannedReason(input.reason))
  if (invalid) return denied(invalid)
  const catalog = context.catalog.current()
  const state = await loadSubscriptionState(context, context.database, catalog, account.id, groupOf(context, input))
  const until = wholeSeconds(input.trialEndsAt)
  const decision = decidePossibleExtension(context, state, until, context.clock.now())
  if ('code' in decision) return denied(decision)
  const { port, subscription, plan, planned } = state!
  try {
    const invoice = await port.previewNextInvoice({
      externalId: subscription.externalId,
      scheduled: planned !== null && port.abilities.schedulesChanges,
    })
    return { kind: 'preview', plan, trialEnd: subscription.trialEnd!, until, firstCharge: invoice?.total ?? null }
  } catch (error) {
    if (error instanceof ProviderUnavailable) return denied(providerUnavailable(context))
    throw error
  }
}
