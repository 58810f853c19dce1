import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Whether this house takes money through PayPal. */
export const hasPayPal = existsSync(join(process.cwd(), 'src/services/billing/providers/paypal/paypal-adapter.ts'))

/** Said in the name of a skipped test. */
export const whyNoPayPal = hasPayPal ? '' : ' (skipped: PayPal is not wired yet)'
