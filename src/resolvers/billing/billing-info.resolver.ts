import { Ctx, Resolver, Root } from 'type-graphql'
import { BillingInfo } from '#schema/billing/billing-portal.type.js'
import { Account } from '#schema/identity/account.type.js'
import { fieldResolver } from '#schema/kernel/decorators.js'
import { Money } from '#schema/kernel/money.type.js'
import { billingInfo } from '#services/billing/portal/billing-info.js'
import { creditBalanceOf } from '#services/billing/portal/credit-balance.js'
import { toCurrentPlan, toPlanVersion } from '../catalog/plan.mapper.js'
import { toMoney } from '../kernel/price.mapper.js'
import type { RequestContext } from '#context/request-context.js'

@Resolver(() => Account)
export class BillingInfoResolver {
  @fieldResolver(
    'Billing summary: plan, status, dates and payment method. Null with an error without `billing:read`.',
    () => BillingInfo,
    { nullable: true },
  )
  async billingInfo(@Ctx() context: RequestContext, @Root() account: Account): Promise<BillingInfo> {
    const { plan, subscription, ...rest } = await billingInfo(context, account.id, {
      snapshot: (id) => context.loaders.snapshots.load(id),
      subscription: (id) => context.loaders.liveSubscriptionOfAccount.load(id),
      customer: (id) => context.loaders.portalCustomer.load(id),
    })
    return {
      __typename: 'BillingInfo',
      ...rest,
      plan: toCurrentPlan(context.catalog.current(), plan),
      planVersion: toPlanVersion(plan),
      status: subscription?.status ?? null,
      provider: subscription?.provider ?? null,
      currentPeriodEnd: subscription?.currentPeriodEnd ?? null,
      cancelAt: subscription?.cancelAt ?? null,
      trialEnd: subscription?.trialEnd ?? null,
      graceUntil: subscription?.graceUntil ?? null,
      paymentMethod: subscription?.paymentMethod ?? null,
    }
  }

  @fieldResolver(
    'Credit at the payment provider that the next invoices use. Negative for a debt. Null if the provider keeps none or does not respond. Null with an error without `billing:read`.',
    () => Money,
    { nullable: true },
  )
  async creditBalance(@Ctx() context: RequestContext, @Root() account: Account): Promise<Money | null> {
    const balance = await creditBalanceOf(context, account.id)
    return balance && toMoney(balance)
  }
}
