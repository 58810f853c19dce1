import { Arg, Ctx, Resolver, Root } from 'type-graphql'
import type { StoredTaxId } from '#entities/identity/account.entity.js'
import { BillingDetails, TaxIdType, UpdateBillingDetailsInput } from '#schema/billing/billing-details.type.js'
import { AccountBilling } from '#schema/identity/account-groups.type.js'
import { AccountPayload } from '#schema/identity/account.type.js'
import { fieldResolver } from '#schema/kernel/decorators.js'
import { personal } from '#schema/kernel/personal.js'
import { updateBillingDetails } from '#services/billing/customers/update-billing-details.js'
import type { RequestContext } from '#context/request-context.js'
import { toAccountResult } from '../identity/account-result.js'
import { mutation } from '../kernel/mutation.js'

const toTaxId = ({ type, value, verification }: StoredTaxId) => {
  const name = type.toUpperCase()
  return { type: name in TaxIdType ? (name as TaxIdType) : ('OTHER' as const), value, verification }
}

@Resolver(() => AccountBilling)
export class BillingDetailsResolver {
  @fieldResolver(
    'Name, address, tax IDs and purchase order for invoices. Null until they are given here or at the payment provider.',
    () => BillingDetails,
    { nullable: true },
  )
  @personal()
  async billingDetails(@Ctx() context: RequestContext, @Root() { id }: AccountBilling): Promise<BillingDetails | null> {
    const details = (await context.loaders.account.load(id))?.billingDetails
    return details
      ? { ...details, taxIds: details.taxIds.map(toTaxId), purchaseOrder: details.purchaseOrder ?? null }
      : null
  }

  @mutation(
    'Changes name, address, tax IDs and purchase order for invoices, here and at the payment provider. Fields that are missing stay. Later invoices have them.',
    {
      payload: () => AccountPayload,
      permission: 'BILLING_MANAGE',
      moves: 'money',
      repeats: 'The account already has the details.',
    },
  )
  updateBillingDetails(
    @Ctx() context: RequestContext,
    @Arg('input', () => UpdateBillingDetailsInput, { description: 'The new data.' }) input: UpdateBillingDetailsInput,
  ) {
    return toAccountResult(context, updateBillingDetails(context, input))
  }
}
