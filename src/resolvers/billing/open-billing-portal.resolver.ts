import { Ctx, Resolver } from 'type-graphql'
import { OpenBillingPortalInput, OpenBillingPortalResult } from '#schema/billing/billing-portal.type.js'
import { arg, mutation } from '#schema/kernel/decorators.js'
import { openBillingPortal } from '#services/billing/portal/open-billing-portal.js'
import { toDenial } from '../kernel/denial.mapper.js'
import type { RequestContext } from '#context/request-context.js'

@Resolver()
export class OpenBillingPortalResolver {
  @mutation(
    "Opens the provider's billing portal for invoices and payment methods. Requires an owner or admin of the account.",
    () => OpenBillingPortalResult,
  )
  async openBillingPortal(
    @Ctx() context: RequestContext,
    @arg('input', 'Account and return URL.', () => OpenBillingPortalInput) input: OpenBillingPortalInput,
  ): Promise<OpenBillingPortalResult> {
    const outcome = await openBillingPortal(context, input)
    return outcome.kind === 'denied'
      ? toDenial(context, outcome.denial)
      : { __typename: 'PortalSession', url: outcome.url }
  }
}
