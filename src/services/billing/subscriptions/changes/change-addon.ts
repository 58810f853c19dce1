import type { Denied } from '#services/kernel/idempotency/idempotent-mutation.js'
import { requireAccount } from '#services/identity/guard/guard.js'
import { providerOf, type BillingContext } from '#services/billing/billing-context.js'
import { decideAddAddon, decideRemoveAddon } from './decide-addon.js'
import { executeOn, type SubscriptionOutcome } from './cancel-and-resume.js'
import { unsupportedAbility } from '#services/billing/providers/unsupported-ability.js'

export interface AddonChangeRequest {
  readonly accountId?: string | null
  readonly package: string
  readonly quantity?: number | null
  readonly idempotencyKey: string
}

/**
 * Puts an add-on on the running subscription, in its currency. The time that is left of the period is paid now. If the period had fewer of the
 * add-on before, a new period begins.
 */
export const addAddon = (context: BillingContext, input: AddonChangeRequest) =>
  changeAddon(context, input, 'addAddon', decideAddAddon)

/** Removes an add-on, or a part of its quantity, now. The policy for unused time decides about credit. */
export const removeAddon = (context: BillingContext, input: AddonChangeRequest) =>
  changeAddon(context, input, 'removeAddon', decideRemoveAddon)

async function changeAddon(
  context: BillingContext,
  input: AddonChangeRequest,
  mutation: 'addAddon' | 'removeAddon',
  decide: typeof decideAddAddon,
): Promise<SubscriptionOutcome | Denied> {
  const account = await requireAccount(context, input.accountId, 'billing:manage')
  const request = { package: input.package, quantity: input.quantity ?? 1 }
  return executeOn(context, {
    account,
    mutation,
    idempotencyKey: input.idempotencyKey,
    request,
    group: null,
    decide: (state, now) => {
      const lacking = state && unsupportedAbility(providerOf(context, state.subscription.provider), 'addons')
      return lacking ?? decide(context.catalog.current(), state, request, now)
    },
  })
}
