import { Ctx, ID, Resolver, Root } from 'type-graphql'
import { Checkout } from '../../schema/billing/checkout.type.js'
import { StartSubscriptionInput, StartSubscriptionResult } from '../../schema/billing/start-subscription.type.js'
import { Account } from '../../schema/identity/account.type.js'
import { arg, fieldResolver, mutation, query } from '../../schema/kernel/decorators.js'
import { Product } from '../../schema/marketplace/product.type.js'
import { visibleCheckout } from '../../services/billing/checkout/checkout-queries.js'
import { confirmCheckout } from '../../services/billing/checkout/confirm-checkout.js'
import { startSubscription } from '../../services/billing/checkout/start-subscription.js'
import { toProduct } from '../catalog/plan.mapper.js'
import { toAccount } from '../identity/account.mapper.js'
import { toDenial } from '../kernel/denial.mapper.js'
import type { RequestContext } from '../../context/request-context.js'
import { toCheckout } from './checkout.mapper.js'

@Resolver(() => Checkout)
export class CheckoutResolver {
  @query(
    "A checkout by our id or the provider's session id; null when there is none that the caller may see.",
    () => Checkout,
    { nullable: true },
  )
  async checkout(
    @Ctx() context: RequestContext,
    @arg('id', 'Our id.', () => ID, { nullable: true }) id: string | null,
    @arg('sessionId', "The provider's id of the attempt.", () => String, { nullable: true }) sessionId: string | null,
  ): Promise<Checkout | null> {
    const checkout = await visibleCheckout(context, { id, sessionId })
    return checkout && toCheckout(context, checkout)
  }

  @mutation(
    'Begins to buy a plan: answers with the page to send the buyer to. One open checkout per account and group.',
    () => StartSubscriptionResult,
  )
  async startSubscription(
    @Ctx() context: RequestContext,
    @arg('input', 'What to subscribe to, and how to pay.', () => StartSubscriptionInput) input: StartSubscriptionInput,
  ): Promise<StartSubscriptionResult> {
    const outcome = await startSubscription(context, input)
    return outcome.kind === 'checkout' ? toCheckout(context, outcome.checkout) : toDenial(context, outcome.denial)
  }

  @mutation('Settles a checkout from the provider now, when the buyer is back before the webhook.', () => Checkout)
  async confirmCheckout(
    @Ctx() context: RequestContext,
    @arg('sessionId', "The provider's id of the attempt, as the return address carries it.", () => String)
    sessionId: string,
  ): Promise<Checkout> {
    return toCheckout(context, await confirmCheckout(context, sessionId))
  }

  @fieldResolver('Who pays.', () => Account)
  async account(@Ctx() context: RequestContext, @Root() checkout: Checkout): Promise<Account> {
    return toAccount((await context.loaders.account.load(checkout.accountId))!)
  }

  @fieldResolver('What is bought.', () => Product)
  product(@Ctx() context: RequestContext, @Root() checkout: Checkout): Product {
    const catalog = context.catalog.current()
    return toProduct(catalog, catalog.productById.get(checkout.productId)!)
  }
}
