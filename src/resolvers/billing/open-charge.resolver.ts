import { Ctx, Resolver, Root } from 'type-graphql'
import { OpenCharge } from '#schema/billing/open-charge.type.js'
import { AccountBilling } from '#schema/identity/account-groups.type.js'
import { fieldResolver } from '#schema/kernel/decorators.js'
import { Money } from '#schema/kernel/money.type.js'
import { openMinimumsOf, openOverageOf, type OpenOverage } from '#services/billing/overage/open-overage.js'
import { overageThreshold } from '#services/entitlements/model/overage-threshold.js'
import type { RequestContext } from '#context/request-context.js'
import { toMoney } from '../kernel/price.mapper.js'

export const toOpenCharge = ({ cost, invoiced, ...charge }: OpenOverage): OpenCharge => ({
  __typename: 'OpenCharge',
  ...charge,
  cost: toMoney(cost),
  invoiced: toMoney(invoiced),
})

@Resolver(() => AccountBilling)
export class OpenChargeResolver {
  @fieldResolver(
    'Use beyond the allowances that is not invoiced yet, and what is missing to the minimums of the present windows. The next invoices have it, in addition to `upcomingInvoice`.',
    () => [OpenCharge],
  )
  async openCharges(@Ctx() context: RequestContext, @Root() { id }: AccountBilling): Promise<OpenCharge[]> {
    return [...(await openOverageOf(context, id)), ...(await openMinimumsOf(context, id))].map(toOpenCharge)
  }

  @fieldResolver(
    'Cost at which use beyond the allowances is invoiced before its window ends: that of an operator, otherwise of the plan. Null if there is none.',
    () => Money,
    { nullable: true },
  )
  async overageThreshold(@Ctx() context: RequestContext, @Root() { id }: AccountBilling): Promise<Money | null> {
    const snapshot = await context.loaders.snapshots.load(id)
    const threshold = snapshot && overageThreshold(snapshot)
    return threshold && toMoney(threshold.money)
  }
}
