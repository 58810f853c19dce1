import { catalog } from './scenarios/catalog.js'
import { checkout } from './scenarios/checkout.js'
import { customers } from './scenarios/customers.js'
import { invoices } from './scenarios/invoices.js'
import { payments } from './scenarios/payments.js'
import { subscriptions } from './scenarios/subscriptions.js'
import { transfers } from './scenarios/transfers.js'
import { usageAndEnd } from './scenarios/usage.js'
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
