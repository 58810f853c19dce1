import { DenialCode } from '../kernel/denial-code.js'
import { Denial } from '../kernel/denial.type.js'
import { field, objectType } from '../kernel/decorators.js'
import type { Remedy } from '../kernel/remedy.type.js'
import { BillingSubscription } from './billing-subscription.type.js'

/** The account already subscribes to a plan of the same group. */
@objectType('The account already subscribes to a plan of the same group.', { implements: Denial })
export class SubscriptionConflict implements Denial {
  readonly __typename!: 'SubscriptionConflict'
  code!: Extract<DenialCode, 'SUBSCRIPTION_CONFLICT'>
  message!: string
  remedies!: Remedy[]

  @field('The subscription that is in the way; it can be changed instead.', () => BillingSubscription)
  subscription!: BillingSubscription
}
