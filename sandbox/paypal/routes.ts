import type { PayPalRoute } from './api/route.js'
import { orderRoutes } from './orders/order.routes.js'
import { paymentRoutes } from './payments/payment.routes.js'
import { webhookRoutes } from './webhooks/webhook.routes.js'

/** Everything of PayPal's API that the sandbox does. */
export const PAYPAL_ROUTES: readonly PayPalRoute[] = [...orderRoutes, ...paymentRoutes, ...webhookRoutes]
