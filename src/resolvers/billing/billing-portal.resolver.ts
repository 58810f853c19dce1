import { Ctx, Resolver, Root } from 'type-graphql'
import {
  BillingInfo,
  OpenBillingPortalInput,
  OpenBillingPortalResult,
} from '../../schema/billing/billing-portal.type.js'
import { Account } from '../../schema/identity/account.type.js'
import { arg, fieldResolver, mutation } from '../../schema/kernel/decorators.js'
import { Money } from '../../schema/kernel/money.type.js'
import { billingInfo } from '../../services/billing/portal/billing-info.js'
import { creditBalanceOf } from '../../services/billing/portal/credit-balance.js'
import { openBillingPortal } from '../../services/billing/portal/open-billing-portal.js'
import { toPlan } from '../catalog/plan.mapper.js'
import { toDenial } from '../kernel/denial.mapper.js'
import { toMoney } from '../kernel/price.mapper.js'
import type { RequestContext } from '../../context/request-context.js'

@Resolver(() => Account)
export class BillingPortalResolver {
  @mutation(
    "Opens the provider's own page, where the owner or an admin of the account sees invoices and changes how it pays.",
    () => OpenBillingPortalResult,
  )
  async openBillingPortal(
    @Ctx() context: RequestContext,
    @arg('input', 'Of whom, and where its way back leads.', () => OpenBillingPortalInput) input: OpenBillingPortalInput,
  ): Promise<OpenBillingPortalResult> {
    const outcome = await openBillingPortal(context, input)
    return outcome.kind === 'denied'
      ? toDenial(context, outcome.denial)
      : { __typename: 'PortalSession', url: outcome.url }
  }

  @fieldResolver(
    'Plan, state, dates and means of payment on one card; the plan alone for who may see the account but not its money.',
    () => BillingInfo,
  )
  async billingInfo(@Ctx() context: RequestContext, @Root() account: Account): Promise<BillingInfo> {
    const { plan, subscription, ...rest } = await billingInfo(context, account.id)
    return {
      __typename: 'BillingInfo',
      ...rest,
      plan: toPlan(plan),
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
    'Credit that the account has at its provider and that its next invoices use; negative for a debt. Null if the provider keeps none for it or does not respond, or if the caller cannot read the money of the account.',
    () => Money,
    { nullable: true },
  )
  async creditBalance(@Ctx() context: RequestContext, @Root() account: Account): Promise<Money | null> {
    const balance = await creditBalanceOf(context, account.id)
    return balance && toMoney(balance)
  }
}
