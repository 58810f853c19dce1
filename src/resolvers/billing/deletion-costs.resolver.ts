import { Ctx, Resolver, Root } from 'type-graphql'
import { OpenCharge } from '#schema/billing/open-charge.type.js'
import { fieldResolver } from '#schema/kernel/decorators.js'
import { Money } from '#schema/kernel/money.type.js'
import { AccountDeletionPreview } from '#schema/ops/deletion-preview.type.js'
import { lostCreditOf } from '#services/billing/account-data/billing-deletion.js'
import { openOverageOf } from '#services/billing/overage/open-overage.js'
import type { RequestContext } from '#context/request-context.js'
import { toMoney } from '../kernel/price.mapper.js'
import { toOpenCharge } from './open-charge.resolver.js'

@Resolver(() => AccountDeletionPreview)
export class DeletionCostsResolver {
  @fieldResolver(
    'Credit at the payment provider that ends with the account and is not paid out. Null if there is none, or if the provider does not respond.',
    () => Money,
    { nullable: true },
  )
  async lostCredit(
    @Ctx() context: RequestContext,
    @Root() { accountId }: AccountDeletionPreview,
  ): Promise<Money | null> {
    const credit = await lostCreditOf(context, accountId)
    return credit && toMoney(credit)
  }

  @fieldResolver('Use that is charged before the deletion. The deletion is postponed until then.', () => [OpenCharge])
  async openCharges(
    @Ctx() context: RequestContext,
    @Root() { accountId }: AccountDeletionPreview,
  ): Promise<OpenCharge[]> {
    return (await openOverageOf(context, accountId)).map(toOpenCharge)
  }
}
