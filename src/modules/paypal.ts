import { providerObjectHandler } from '../services/billing/inbox/sync-provider-object.js'
import { defineModule } from './module.js'

/** Payments by PayPal. */
export const paypal = defineModule({
  name: 'paypal',
  requires: ['core', 'billing'],
  inbox: { PAYPAL: providerObjectHandler('PAYPAL') },
})
