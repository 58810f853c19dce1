import { ProviderPagePayload } from '#schema/billing/billing-portal.type.js'
import { mutationArgs } from '#schema/kernel/mutation-arguments.js'
import type { Denial } from '#schema/kernel/denial.type.js'
import { Ctx, Resolver } from 'type-graphql'
import { OpenBillingPortalArgs } from '#schema/billing/billing-portal.type.js'
import { mutation } from '#schema/kernel/decorators.js'
import { requires } from '#schema/kernel/requires.js'
import { openBillingPortal } from '#services/billing/portal/open-billing-portal.js'
import { toDenial } from '../kernel/denial.mapper.js'
import type { RequestContext } from '#context/request-context.js'

@Resolver()
export class OpenBillingPortalResolver {
  @mutation(
    "Opens the provider's billing portal for invoices and payment methods. Requires an owner or admin of the account.",
    () => ProviderPagePayload,
  )
  @requires('BILLING_MANAGE')
  async openBillingPortal(
    @Ctx() context: RequestContext,
    @mutationArgs(() => OpenBillingPortalArgs) input: OpenBillingPortalArgs,
  ): Promise<ProviderPagePayload | Denial> {
    const outcome = await openBillingPortal(context, input)
    return outcome.kind === 'denied' ? toDenial(context, outcome.denial) : { url: outcome.url, expiresAt: null }
  }
}
