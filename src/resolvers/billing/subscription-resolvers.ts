import {
  AccountSubscriptionResolver,
  BillingSubscriptionResolver,
  SubscriptionItemResolver,
  SubscriptionLinksResolver,
} from './billing-subscription.resolver.js'
import { NegotiatedPlanResolver } from './negotiated-plan.resolver.js'
import { TrialExtensionResolver } from './trial-extension.resolver.js'
import { UpcomingInvoiceResolver } from './upcoming-invoice.resolver.js'

/** Resolvers of subscriptions and their changes. */
export const subscriptionResolvers: readonly Function[] = [
  AccountSubscriptionResolver,
  SubscriptionItemResolver,
  SubscriptionLinksResolver,
  BillingSubscriptionResolver,
  NegotiatedPlanResolver,
  TrialExtensionResolver,
  UpcomingInvoiceResolver,
]
