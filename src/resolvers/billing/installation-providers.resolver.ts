import { Ctx, Resolver } from 'type-graphql'
import { PaymentProvider } from '#schema/billing/payment-provider.js'
import { Installation } from '#schema/catalog/installation.type.js'
import { fieldResolver } from '#schema/kernel/decorators.js'
import { JSONValue } from '#schema/kernel/scalars.js'
import type { RequestContext } from '#context/request-context.js'

@Resolver(() => Installation)
export class InstallationProvidersResolver {
  @fieldResolver('Payment providers that checkouts can use.', () => [PaymentProvider])
  providers(@Ctx() { providers }: RequestContext): PaymentProvider[] {
    return Object.keys(providers) as PaymentProvider[]
  }

  @fieldResolver(
    'Public settings of the providers by name, for their scripts in the browser: `{ "STRIPE": { "publishableKey": … } }`. Empty if none are needed.',
    () => JSONValue,
  )
  providerConfiguration(@Ctx() { config }: RequestContext): Partial<Record<PaymentProvider, object>> {
    return config.stripe?.publishableKey ? { STRIPE: { publishableKey: config.stripe.publishableKey } } : {}
  }
}
