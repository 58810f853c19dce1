import { providerObjectHandler } from '../services/billing/inbox/sync-provider-object.js'
import { defineModule } from './module.js'

/** Payments by Stripe. */
export const stripe = defineModule({
  name: 'stripe',
  requires: ['core', 'billing'],
  inbox: { STRIPE: providerObjectHandler('STRIPE') },
})
