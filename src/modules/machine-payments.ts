import { machinePaymentParts } from '../context/billing/machine-payment-parts.js'
import { machinePaymentSettings } from '../services/billing/machine-payments/machine-payment-settings.js'
import { defineModule } from './module.js'

/** Payments by programs: a denial offers what lifts it, and a program pays for it without a page. */
export const machinePayments = defineModule({
  name: 'machine-payments',
  requires: ['core', 'billing', 'stripe'],
  settings: machinePaymentSettings,
  documentation: ['machine-payments.md', 'facts/machine-payments.md'],
  parts: machinePaymentParts,
})
