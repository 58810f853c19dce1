import { Ctx, Resolver, Root } from 'type-graphql'
import { BillingAction } from '#schema/billing/billing-portal.type.js'
import { AccountBilling } from '#schema/identity/account-groups.type.js'
import { fieldResolver } from '#schema/kernel/decorators.js'
import { Money } from '#schema/kernel/money.type.js'
import { Url } from '#schema/kernel/scalars.js'
import { billingInfo } from '#services/billing/portal/billing-info.js'
import { customerPage } from '#services/billing/portal/customer-page.js'
import { creditBalanceOf } from '#services/billing/portal/credit-balance.js'
import { isUnavailable } from '#services/kernel/errors/app-error.js'
import { toMoney } from '../kernel/price.mapper.js'
import type { RequestContext } from '#context/request-context.js'

const infoOf = (context: RequestContext, accountId: string) =>
  billingInfo(context, accountId, {
    snapshot: (id) => context.loaders.snapshots.load(id),
    subscription: (id) => context.loaders.liveSubscriptionOfAccount.load(id),
    customer: (id) => context.loaders.portalCustomer.load(id),
  })

function unlessUnavailable(error: unknown): undefined {
  if (!isUnavailable(error)) throw error
}

/** Two fields of one response read the balance once. */
const balances = new WeakMap<AccountBilling, ReturnType<typeof readBalance>>()

const readBalance = (context: RequestContext, { id }: AccountBilling) =>
  creditBalanceOf(context, id).catch(unlessUnavailable)

function balanceOf(context: RequestContext, billing: AccountBilling): ReturnType<typeof readBalance> {
  const known = balances.get(billing) ?? readBalance(context, billing)
  balances.set(billing, known)
  return known
}

@Resolver(() => AccountBilling)
export class BillingInfoResolver {
  @fieldResolver('Whether the caller can open the billing portal (`openBillingPortal`).', () => Boolean)
  async portalAvailable(@Ctx() context: RequestContext, @Root() { id }: AccountBilling): Promise<boolean> {
    return (await infoOf(context, id)).portalAvailable
  }

  @fieldResolver(
    'Actions that the provider supports for the active subscription. Empty without a subscription or permission.',
    () => [BillingAction],
  )
  async supportedActions(
    @Ctx() context: RequestContext,
    @Root() { id }: AccountBilling,
  ): Promise<readonly BillingAction[]> {
    return (await infoOf(context, id)).supportedActions
  }

  @fieldResolver(
    "Page of the account's customer in the dashboard of the payment provider, in test or live mode by the key of the server. For operators: null for others, without a customer, in the sandbox and at PayPal, which has no customers.",
    () => Url,
    { nullable: true },
  )
  async customerUrl(@Ctx() context: RequestContext, @Root() { id }: AccountBilling): Promise<string | null> {
    return customerPage(context, await context.loaders.portalCustomer.load(id))
  }

  @fieldResolver(
    'Credit at the payment provider that the next invoices use. Negative for a debt. Null if there is none, and if `creditBalanceKnown` is false.',
    () => Money,
    { nullable: true },
  )
  async creditBalance(@Ctx() context: RequestContext, @Root() billing: AccountBilling): Promise<Money | null> {
    const balance = await balanceOf(context, billing)
    return balance ? toMoney(balance) : null
  }

  @fieldResolver(
    'Whether the credit balance is known. False if the provider of the account does not respond.',
    () => Boolean,
  )
  async creditBalanceKnown(@Ctx() context: RequestContext, @Root() billing: AccountBilling): Promise<boolean> {
    return (await balanceOf(context, billing)) !== undefined
  }
}
