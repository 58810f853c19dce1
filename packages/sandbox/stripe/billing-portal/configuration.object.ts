import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'

type Configuration = Stripe.BillingPortal.Configuration
type Features = Stripe.BillingPortal.Configuration.Features
type Given<T> = { [Key in keyof T]?: T[Key] | undefined }

/** Features to set. Missing features stay unchanged, or are off. */
export interface FeaturesInput {
  customer_update?: Given<Stripe.BillingPortal.Configuration.Features.CustomerUpdate> | undefined
  invoice_history?: Stripe.BillingPortal.Configuration.Features.InvoiceHistory | undefined
  payment_method_update?: { enabled: boolean } | undefined
  subscription_cancel?:
    | {
        enabled?: boolean | undefined
        mode?: Stripe.BillingPortal.Configuration.Features.SubscriptionCancel.Mode | undefined
        proration_behavior?:
          | Stripe.BillingPortal.Configuration.Features.SubscriptionCancel.ProrationBehavior
          | undefined
        cancellation_reason?: { enabled: boolean; options?: string[] | undefined } | undefined
      }
    | undefined
  subscription_update?:
    | {
        billing_cycle_anchor?: 'now' | 'unchanged' | undefined
        enabled?: boolean | undefined
        default_allowed_updates?:
          | Stripe.BillingPortal.Configuration.Features.SubscriptionUpdate.DefaultAllowedUpdate[]
          | undefined
        products?:
          | {
              product: string
              prices: string[]
              adjustable_quantity?:
                | { enabled: boolean; minimum?: number | undefined; maximum?: number | undefined }
                | undefined
            }[]
          | undefined
        proration_behavior?:
          | Stripe.BillingPortal.Configuration.Features.SubscriptionUpdate.ProrationBehavior
          | undefined
      }
    | undefined
}

/** Input of a configuration. `before` is the configuration to change. */
export interface ConfigurationInput {
  business_profile?: Given<Stripe.BillingPortal.Configuration.BusinessProfile> | undefined
  default_return_url?: string | null | undefined
  features: FeaturesInput
  metadata: Record<string, string>
  name?: string | null | undefined
  isDefault: boolean
  before?: Configuration
}

/** A portal configuration, complete. */
export function buildConfiguration(world: SandboxState, input: ConfigurationInput): Configuration {
  const { before, business_profile: profile } = input
  return {
    id: before?.id ?? world.ids.next('bpc'),
    object: 'billing_portal.configuration',
    active: before?.active ?? true,
    application: null,
    business_profile: {
      headline: profile?.headline ?? before?.business_profile.headline ?? null,
      privacy_policy_url: profile?.privacy_policy_url ?? before?.business_profile.privacy_policy_url ?? null,
      terms_of_service_url: profile?.terms_of_service_url ?? before?.business_profile.terms_of_service_url ?? null,
    },
    created: before?.created ?? world.clock.seconds,
    default_return_url:
      input.default_return_url === undefined ? (before?.default_return_url ?? null) : input.default_return_url,
    features: featuresOf(input.features, before?.features),
    is_default: input.isDefault,
    livemode: false,
    login_page: { enabled: false, url: null },
    metadata: input.metadata,
    name: input.name === undefined ? (before?.name ?? null) : input.name,
    updated: world.clock.seconds,
  }
}

function featuresOf(given: FeaturesInput, before: Features | undefined): Features {
  const update = given.customer_update
  return {
    customer_update: {
      allowed_updates: update?.allowed_updates ?? before?.customer_update.allowed_updates ?? [],
      enabled: update?.enabled ?? before?.customer_update.enabled ?? false,
    },
    invoice_history: { enabled: given.invoice_history?.enabled ?? before?.invoice_history.enabled ?? false },
    payment_method_update: {
      enabled: given.payment_method_update?.enabled ?? before?.payment_method_update.enabled ?? false,
      payment_method_configuration: null,
    },
    subscription_cancel: cancelOf(given.subscription_cancel, before?.subscription_cancel),
    subscription_pause: { duration: { interval_options: [], type: 'indefinite' }, enabled: false },
    subscription_update: updateOf(given.subscription_update, before?.subscription_update),
  }
}

function cancelOf(
  given: FeaturesInput['subscription_cancel'],
  before: Stripe.BillingPortal.Configuration.Features.SubscriptionCancel | undefined,
): Stripe.BillingPortal.Configuration.Features.SubscriptionCancel {
  return {
    cancellation_reason: {
      enabled: given?.cancellation_reason?.enabled ?? before?.cancellation_reason.enabled ?? false,
      feedback_options: null,
      options: given?.cancellation_reason?.options ??
        before?.cancellation_reason.options ?? [
          'too_expensive',
          'missing_features',
          'switched_service',
          'unused',
          'other',
        ],
    },
    enabled: given?.enabled ?? before?.enabled ?? false,
    mode: given?.mode ?? before?.mode ?? 'at_period_end',
    proration_behavior: given?.proration_behavior ?? before?.proration_behavior ?? 'none',
  }
}

function updateOf(
  given: FeaturesInput['subscription_update'],
  before: Stripe.BillingPortal.Configuration.Features.SubscriptionUpdate | undefined,
): Stripe.BillingPortal.Configuration.Features.SubscriptionUpdate {
  return {
    billing_cycle_anchor: given?.billing_cycle_anchor ?? before?.billing_cycle_anchor ?? null,
    default_allowed_updates: given?.default_allowed_updates ?? before?.default_allowed_updates ?? [],
    enabled: given?.enabled ?? before?.enabled ?? false,
    products:
      given?.products?.map(({ product, prices, adjustable_quantity: quantity }) => ({
        adjustable_quantity: {
          enabled: quantity?.enabled ?? false,
          maximum: quantity?.maximum ?? null,
          minimum: quantity?.minimum ?? 1,
        },
        prices,
        product,
      })) ??
      before?.products ??
      [],
    proration_behavior: given?.proration_behavior ?? before?.proration_behavior ?? 'none',
    schedule_at_period_end: { conditions: [] },
    trial_update_behavior: 'end_trial',
  }
}
