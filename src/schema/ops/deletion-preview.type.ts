import { field, objectType } from '../kernel/decorators.js'
import { Money } from '../kernel/money.type.js'
import { OpenCharge } from '../billing/open-charge.type.js'

/** Costs of the deletion of an account. */
@objectType('Costs of the deletion of an account, if it were requested now.')
export class AccountDeletionPreview {
  readonly __typename!: 'AccountDeletionPreview'

  @field(
    'Credit at the payment provider that ends with the account and is not paid out. Null if there is none, or if the provider does not respond.',
    () => Money,
    { nullable: true },
  )
  lostCredit!: Money | null

  @field('Use that is charged before the deletion. The deletion is postponed until then.', () => [OpenCharge])
  openCharges!: OpenCharge[]
}
