import type { PayPalRoute } from './api/route.js'
import { disputeRoutes } from './disputes/dispute.routes.js'
import { eventRoutes } from './events/event.routes.js'
import { orderRoutes } from './orders/order.routes.js'
import { paymentRoutes } from './payments/payment.routes.js'
import { planRoutes } from './plans/plan.routes.js'
import { productRoutes } from './products/product.routes.js'
import { transactionRoutes } from './reporting/transaction.routes.js'
import { subscriptionRoutes } from './subscriptions/subscription.routes.js'
import { webhookRoutes } from './webhooks/webhook.routes.js'

/** Everything of PayPal's API that the sandbox does. */
export const PAYPAL_ROUTES: readonly PayPalRoute[] = [
  ...orderRoutes,
  ...paymentRoutes,
  ...productRoutes,
  ...planRoutes,
  ...subscriptionRoutes,
  ...disputeRoutes,
  ...transactionRoutes,
  ...webhookRoutes,
  ...eventRoutes,
]
