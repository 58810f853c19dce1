import { catalog } from './scenes/catalog.js'
import { checkout } from './scenes/checkout.js'
import { customers } from './scenes/customers.js'
import { invoices } from './scenes/invoices.js'
import { payments } from './scenes/payments.js'
import { subscriptions } from './scenes/subscriptions.js'
import { transfers } from './scenes/transfers.js'
import { usageAndEnd } from './scenes/usage.js'
import type { Step } from './step.js'

/** The scenario: every type of object that the sandbox has, in an order in which one needs the other. */
export const SCENARIO: readonly Step[] = [
  ...customers,
  ...catalog,
  ...payments,
  ...subscriptions,
  ...invoices,
  ...checkout,
  ...transfers,
  ...usageAndEnd,
]
