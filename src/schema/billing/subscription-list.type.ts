import { countedConnection } from '../kernel/connection.js'
import { enumType } from '../kernel/decorators.js'
import { BillingSubscription } from './billing-subscription.type.js'

const COUNT = 'Number of items that match. Counted only if it is selected.'

export const SubscriptionOrder = enumType('SubscriptionOrder', 'Order of subscriptions.', {
  NEWEST: 'The newest items first.',
  PERIOD_END: 'By the end of the paid period, the next one first.',
})
export type SubscriptionOrder = keyof typeof SubscriptionOrder

/** A page of subscriptions. */
export const BillingSubscriptionConnection = countedConnection(
  'BillingSubscription',
  'subscriptions',
  () => BillingSubscription,
  COUNT,
)
export type BillingSubscriptionConnection = InstanceType<typeof BillingSubscriptionConnection>
