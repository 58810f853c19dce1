import type { StripeRoute } from './api/route.js'
import { checkoutSessionRoutes } from './checkout-sessions/checkout-session.routes.js'
import { customerRoutes } from './customers/customer.routes.js'
import { eventRoutes } from './events/event.routes.js'
import { invoicePaymentRoutes } from './invoice-payments/invoice-payment.routes.js'
import { invoiceRoutes } from './invoices/invoice.routes.js'
import { paymentIntentRoutes } from './payment-intents/payment-intent.routes.js'
import { priceRoutes } from './prices/price.routes.js'
import { productRoutes } from './products/product.routes.js'
import { subscriptionRoutes } from './subscriptions/subscription.routes.js'
import { webhookEndpointRoutes } from './webhook-endpoints/webhook-endpoint.routes.js'

/** Every route of Stripe's API that the sandbox implements. */
export const STRIPE_ROUTES: readonly StripeRoute[] = [
  ...customerRoutes,
  ...productRoutes,
  ...priceRoutes,
  ...checkoutSessionRoutes,
  ...subscriptionRoutes,
  ...invoiceRoutes,
  ...paymentIntentRoutes,
  ...invoicePaymentRoutes,
  ...eventRoutes,
  ...webhookEndpointRoutes,
]
