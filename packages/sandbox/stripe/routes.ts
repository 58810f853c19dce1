import type { StripeRoute } from './api/route.js'
import { accountLinkRoutes } from './accounts/account-link.routes.js'
import { accountRoutes } from './accounts/account.routes.js'
import { transferRoutes } from './transfers/transfer.routes.js'
import { balanceTransactionRoutes } from './balance-transactions/balance-transaction.routes.js'
import { billingMeterRoutes } from './billing-meters/billing-meter.routes.js'
import { meterEventRoutes } from './billing-meters/meter-event.routes.js'
import { chargeRoutes } from './charges/charge.routes.js'
import { couponRoutes } from './coupons/coupon.routes.js'
import { creditNoteRoutes } from './credit-notes/credit-note.routes.js'
import { disputeRoutes } from './disputes/dispute.routes.js'
import { invoiceItemRoutes } from './invoice-items/invoice-item.routes.js'
import { paymentMethodRoutes } from './payment-methods/payment-method.routes.js'
import { portalConfigurationRoutes } from './billing-portal/configuration.routes.js'
import { portalSessionRoutes } from './billing-portal/session.routes.js'
import { promotionCodeRoutes } from './promotion-codes/promotion-code.routes.js'
import { refundRoutes } from './refunds/refund.routes.js'
import { setupIntentRoutes } from './setup-intents/setup-intent.routes.js'
import { subscriptionItemRoutes } from './subscription-items/subscription-item.routes.js'
import { v2EventRoutes } from './v2-events/v2-event.routes.js'
import { checkoutSessionRoutes } from './checkout-sessions/checkout-session.routes.js'
import { customerRoutes } from './customers/customer.routes.js'
import { eventRoutes } from './events/event.routes.js'
import { invoicePaymentRoutes } from './invoice-payments/invoice-payment.routes.js'
import { invoiceRoutes } from './invoices/invoice.routes.js'
import { paymentIntentRoutes } from './payment-intents/payment-intent.routes.js'
import { grantedTokenRoutes } from './granted-tokens/granted-token.routes.js'
import { emptyListRoutes } from './empty-list.routes.js'
import { taxIdRoutes } from './tax-ids/tax-id.routes.js'
import { planRoutes } from './prices/plan.routes.js'
import { priceRoutes } from './prices/price.routes.js'
import { productRoutes } from './products/product.routes.js'
import { subscriptionRoutes } from './subscriptions/subscription.routes.js'
import { subscriptionScheduleRoutes } from './subscription-schedules/subscription-schedule.routes.js'
import { testClockRoutes } from './test-clocks/test-clock.routes.js'
import { webhookEndpointRoutes } from './webhook-endpoints/webhook-endpoint.routes.js'

/** Every route of Stripe's API that the sandbox implements. */
export const STRIPE_ROUTES: readonly StripeRoute[] = [
  ...customerRoutes,
  ...paymentMethodRoutes,
  ...productRoutes,
  ...priceRoutes,
  ...planRoutes,
  ...couponRoutes,
  ...promotionCodeRoutes,
  ...checkoutSessionRoutes,
  ...subscriptionRoutes,
  ...subscriptionItemRoutes,
  ...subscriptionScheduleRoutes,
  ...invoiceRoutes,
  ...invoiceItemRoutes,
  ...creditNoteRoutes,
  ...paymentIntentRoutes,
  ...setupIntentRoutes,
  ...grantedTokenRoutes,
  ...chargeRoutes,
  ...refundRoutes,
  ...balanceTransactionRoutes,
  ...disputeRoutes,
  ...invoicePaymentRoutes,
  ...portalConfigurationRoutes,
  ...portalSessionRoutes,
  ...billingMeterRoutes,
  ...meterEventRoutes,
  ...accountRoutes,
  ...accountLinkRoutes,
  ...transferRoutes,
  ...eventRoutes,
  ...v2EventRoutes,
  ...webhookEndpointRoutes,
  ...testClockRoutes,
  ...emptyListRoutes,
  ...taxIdRoutes,
]
