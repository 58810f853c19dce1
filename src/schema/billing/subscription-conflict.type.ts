import { DenialCode } from '../kernel/denial-code.js'
import { Denial } from '../kernel/denial.type.js'
import { field, objectType } from '../kernel/decorators.js'
import type { Denial as DenialValue } from '#services/kernel/denials/denial.js'
import { BillingSubscription } from './billing-subscription.type.js'

@objectType(
  'The state of the existing subscription forbids the request: it exists already, or a change of it is in progress.',
  { implements: Denial },
)
export class SubscriptionConflict implements Denial {
  readonly __typename!: 'SubscriptionConflict'
  code!: Extract<DenialCode, 'SUBSCRIPTION_CONFLICT'>
  message!: string
  source!: DenialValue

  @field('The existing subscription.', () => BillingSubscription)
  subscription!: BillingSubscription
}
