import { DenialCode } from '../kernel/denial-code.js'
import { Denial } from '../kernel/denial.type.js'
import { field, objectType } from '../kernel/decorators.js'
import type { Remedy } from '../kernel/remedy.type.js'
import { BillingSubscription } from './billing-subscription.type.js'

@objectType('The account already has a subscription in the same plan group.', { implements: Denial })
export class SubscriptionConflict implements Denial {
  readonly __typename!: 'SubscriptionConflict'
  code!: Extract<DenialCode, 'SUBSCRIPTION_CONFLICT'>
  message!: string
  remedies!: Remedy[]

  @field('The existing subscription. It can be changed instead.', () => BillingSubscription)
  subscription!: BillingSubscription
}
