import { ProviderPagePayload, OpenBillingPortalArgs } from '#schema/billing/billing-portal.type.js'
import { mutationArgs } from '#schema/kernel/mutation-arguments.js'
import { Ctx, Resolver } from 'type-graphql'
import { openBillingPortal } from '#services/billing/portal/open-billing-portal.js'
import type { RequestContext } from '#context/request-context.js'
import { mutation, unlessDenied } from '../kernel/mutation.js'

@Resolver()
export class OpenBillingPortalResolver {
  @mutation(
    "Opens the provider's billing portal for invoices and payment methods. Requires an owner or admin of the account.",
    {
      payload: () => ProviderPagePayload,
      permission: 'BILLING_MANAGE',
      moves: 'money',
      repeats:
        'Returns a page. With the optional key the provider returns the same page (src/services/billing/README.md).',
    },
  )
  openBillingPortal(
    @Ctx() context: RequestContext,
    @mutationArgs(() => OpenBillingPortalArgs) input: OpenBillingPortalArgs,
  ) {
    return unlessDenied(openBillingPortal(context, input), (outcome) => ({ url: outcome.url, expiresAt: null }))
  }
}
