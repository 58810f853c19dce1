import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'

/** Input of a checkout session. */
export interface CheckoutSessionInput {
  mode: 'payment' | 'setup' | 'subscription'
  currency: string | null
  customer: string | null
  customerEmail: string | null
  customerCreation: 'always' | 'if_required' | null
  clientReferenceId: string | null
  metadata: Record<string, string>
  expiresAt: number
  successUrl: string
  cancelUrl: string | null
  allowPromotionCodes: boolean | null
  paymentMethodCollection: 'always' | 'if_required' | null
  setupIntent: string | null
  automaticTax: boolean
  taxIdCollection: { enabled: boolean; required: 'if_supported' | 'never' } | null
  billingAddressCollection: 'auto' | 'required' | null
  phoneNumberCollection: boolean
  locale: string | null
  managedPayments: Stripe.Checkout.Session.ManagedPayments | null
  submitType: Stripe.Checkout.Session.SubmitType | null
  /** In place of the values of the account's settings. */
  branding: Partial<Stripe.Checkout.Session.BrandingSettings>
}

/** An open checkout session with its page, complete. */
export function buildCheckoutSession(world: SandboxState, input: CheckoutSessionInput): Stripe.Checkout.Session {
  const id = world.ids.next('cs_test', 40)
  return {
    id,
    object: 'checkout.session',
    // Stripe offers it by default where money changes hands; here no page converts currencies.
    adaptive_pricing: { enabled: input.mode !== 'setup' },
    after_expiration: null,
    allow_promotion_codes: input.allowPromotionCodes,
    allowed_payment_method_types: null,
    amount_subtotal: null,
    amount_total: null,
    automatic_tax: {
      enabled: input.automaticTax,
      liability: input.automaticTax ? { type: 'self' } : null,
      provider: input.automaticTax ? 'stripe' : null,
      status: input.automaticTax ? 'complete' : null,
    },
    billing_address_collection: input.billingAddressCollection,
    branding_settings: {
      background_color: '#ffffff',
      border_style: 'rounded',
      button_color: '#4f46e5',
      display_name: 'Stackgate sandbox',
      font_family: 'default',
      icon: null,
      logo: null,
      ...input.branding,
    },
    cancel_url: input.cancelUrl,
    client_reference_id: input.clientReferenceId,
    client_secret: null,
    collected_information: { business_name: null, individual_name: null, shipping_details: null },
    consent: null,
    consent_collection: null,
    created: world.clock.seconds,
    currency: input.currency,
    currency_conversion: null,
    custom_fields: [],
    custom_text: { after_submit: null, shipping_address: null, submit: null, terms_of_service_acceptance: null },
    customer: input.customer,
    customer_account: null,
    customer_creation: input.customerCreation,
    customer_details: customerDetails(input.customerEmail, null, input.mode),
    customer_email: input.customer === null ? input.customerEmail : null,
    discounts: input.mode === 'setup' ? null : [],
    expires_at: input.expiresAt,
    integration_identifier: null,
    invoice: null,
    invoice_creation: input.mode === 'payment' ? invoiceCreation() : null,
    livemode: false,
    locale: input.locale,
    managed_payments: input.managedPayments,
    metadata: input.metadata,
    mode: input.mode,
    origin_context: null,
    payment_intent: null,
    payment_link: null,
    payment_method_collection: input.paymentMethodCollection,
    payment_method_configuration_details: null,
    payment_method_options: { card: { request_three_d_secure: 'automatic' } },
    payment_method_types: ['card', 'us_bank_account'],
    payment_status: input.mode === 'setup' ? 'no_payment_required' : 'unpaid',
    permissions: null,
    phone_number_collection: { enabled: input.phoneNumberCollection },
    recovered_from: null,
    saved_payment_method_options:
      input.mode === 'setup'
        ? null
        : { allow_redisplay_filters: ['always'], payment_method_remove: 'disabled', payment_method_save: null },
    setup_intent: input.setupIntent,
    shipping_address_collection: null,
    shipping_cost: null,
    shipping_options: [],
    status: 'open',
    submit_type: input.submitType,
    subscription: null,
    success_url: input.successUrl,
    ...(input.taxIdCollection === null ? {} : { tax_id_collection: input.taxIdCollection }),
    total_details: input.mode === 'setup' ? null : { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
    ui_mode: 'hosted_page',
    url: `${world.baseUrl}/c/pay/${id}`,
    wallet_options: null,
  }
}

/** Data of the payer in the session. Null while the session has no email. */
export function customerDetails(
  email: string | null,
  name: string | null,
  mode: Stripe.Checkout.Session.Mode,
): Stripe.Checkout.Session.CustomerDetails | null {
  if (email === null && name === null) return null
  return {
    address: null,
    business_name: null,
    email,
    individual_name: null,
    name,
    phone: null,
    tax_exempt: mode === 'setup' ? null : 'none',
    tax_ids: null,
  }
}

function invoiceCreation(): Stripe.Checkout.Session.InvoiceCreation {
  return {
    enabled: false,
    invoice_data: {
      account_tax_ids: null,
      custom_fields: null,
      description: null,
      footer: null,
      issuer: null,
      metadata: {},
      rendering_options: null,
    },
  }
}
