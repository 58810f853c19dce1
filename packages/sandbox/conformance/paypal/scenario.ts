import { catalog } from './catalog.js'
import { orders } from './orders.js'
import { reporting } from './reporting.js'
import type { Step } from './step.js'
import { subscriptions } from './subscriptions.js'
import { webhooks } from './webhooks.js'

/** The scenario: every route that the sandbox serves as PayPal, in an order in which one needs the other. */
export const PAYPAL_SCENARIO: readonly Step[] = [...catalog, ...orders, ...subscriptions, ...reporting, ...webhooks]
