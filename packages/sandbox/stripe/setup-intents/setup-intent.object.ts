import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { emitEvent } from '../events/emit-event.js'

/** Input of a setup intent. */
export interface SetupIntentInput {
  customer: string | null
  usage: 'off_session' | 'on_session'
  description: string | null
  metadata: Record<string, string>
  /** Whether methods with a redirect are allowed. Default: allowed. */
  redirects?: 'always' | 'never'
}

/** Creates an intent to keep a payment method for later, and announces it. */
export function createSetupIntent(world: SandboxState, input: SetupIntentInput): Stripe.SetupIntent {
  const id = world.ids.next('seti')
  const intent = world.store.put('setup_intent', {
    id,
    object: 'setup_intent',
    allowed_payment_method_types: null,
    application: null,
    automatic_payment_methods: { allow_redirects: input.redirects ?? 'always', enabled: true },
    cancellation_reason: null,
    client_secret: `${id}_secret_${world.ids.next('secret').slice(7)}`,
    created: world.clock.seconds,
    customer: input.customer,
    customer_account: null,
    description: input.description,
    excluded_payment_method_types: null,
    flow_directions: null,
    last_setup_error: null,
    latest_attempt: null,
    livemode: false,
    managed_payments: null,
    mandate: null,
    metadata: input.metadata,
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: {
      card: { mandate_options: null, network: null, request_three_d_secure: 'automatic' },
    },
    payment_method_types: ['card', 'us_bank_account'],
    single_use_mandate: null,
    status: 'requires_payment_method',
    usage: input.usage,
  })
  emitEvent(world, 'setup_intent.created', intent)
  return intent
}
