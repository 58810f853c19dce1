import type Stripe from 'stripe'
import { z } from 'zod'
import type { SandboxState } from '#sandbox-state.js'
import { changeObject } from '../api/change-object.js'
import { boolean, clearable, integer, mergeMetadata, metadata, paging, text } from '../api/fields.js'
import { listPage } from '../api/list.js'
import { route } from '../api/route.js'
import { missing } from '../api/stripe-error.js'
import { emitEvent } from '../events/emit-event.js'
import { buildConfiguration, type FeaturesInput } from './configuration.object.js'

const prorationBehavior = z.enum(['always_invoice', 'create_prorations', 'none'])
const cleared = z.literal('').transform(() => [])

const features = z
  .strictObject({
    customer_update: z.strictObject({
      enabled: boolean.optional(),
      allowed_updates: z
        .union([cleared, z.array(z.enum(['address', 'email', 'name', 'phone', 'shipping', 'tax_id']))])
        .optional(),
    }),
    invoice_history: z.strictObject({ enabled: boolean }),
    payment_method_update: z.strictObject({ enabled: boolean }),
    subscription_cancel: z.strictObject({
      enabled: boolean.optional(),
      mode: z.enum(['at_period_end', 'immediately']).optional(),
      proration_behavior: prorationBehavior.optional(),
      cancellation_reason: z
        .strictObject({ enabled: boolean, options: z.union([cleared, z.array(text)]).optional() })
        .optional(),
    }),
    subscription_update: z.strictObject({
      billing_cycle_anchor: z.enum(['now', 'unchanged']).optional(),
      enabled: boolean.optional(),
      default_allowed_updates: z.union([cleared, z.array(z.enum(['price', 'promotion_code', 'quantity']))]).optional(),
      products: z
        .union([
          cleared,
          z.array(
            z.strictObject({
              product: text,
              prices: z.array(text),
              adjustable_quantity: z
                .strictObject({ enabled: boolean, minimum: integer.optional(), maximum: integer.optional() })
                .optional(),
            }),
          ),
        ])
        .optional(),
      proration_behavior: prorationBehavior.optional(),
    }),
  })
  .partial()

const fields = {
  business_profile: z
    .strictObject({
      headline: clearable.optional(),
      privacy_policy_url: clearable.optional(),
      terms_of_service_url: clearable.optional(),
    })
    .optional(),
  default_return_url: clearable.optional(),
  metadata: metadata.optional(),
  name: clearable.optional(),
}

/** Portal configurations: what customers may do on the portal's page. Create, retrieve, update, list. */
export const portalConfigurationRoutes = [
  route('POST', '/v1/billing_portal/configurations', z.strictObject({ ...fields, features }), (world, { input }) => {
    const configuration = world.store.put(
      'billing_portal.configuration',
      buildConfiguration(world, { ...input, metadata: mergeMetadata({}, input.metadata), isDefault: false }),
    )
    emitEvent(world, 'billing_portal.configuration.created', configuration)
    return configuration
  }),
  route('GET', '/v1/billing_portal/configurations/:configuration', z.strictObject({}), (world, { path }) =>
    requireConfiguration(world, path['configuration'] ?? ''),
  ),
  route(
    'POST',
    '/v1/billing_portal/configurations/:configuration',
    z.strictObject({ ...fields, active: boolean.optional(), features: features.optional() }),
    (world, { path, input }) => {
      const before = requireConfiguration(world, path['configuration'] ?? '')
      const rebuilt = buildConfiguration(world, {
        ...input,
        features: input.features ?? {},
        metadata: mergeMetadata(before.metadata ?? {}, input.metadata),
        isDefault: before.is_default,
        before,
      })
      const { object, previous } = changeObject(world, 'billing_portal.configuration', before.id, {
        ...rebuilt,
        ...(input.active === undefined ? {} : { active: input.active }),
      })
      emitEvent(world, 'billing_portal.configuration.updated', object, previous)
      return object
    },
  ),
  route(
    'GET',
    '/v1/billing_portal/configurations',
    z.strictObject({ ...paging, active: boolean.optional(), is_default: boolean.optional() }),
    (world, { input, url }) => {
      const configurations = world.store
        .newest('billing_portal.configuration')
        .filter(
          (one) =>
            (input.active === undefined || one.active === input.active) &&
            (input.is_default === undefined || one.is_default === input.is_default),
        )
      return listPage(configurations, url, input)
    },
  ),
]

/** Configuration of sessions that name none, created at the first use, with everything allowed. */
export function defaultConfiguration(world: SandboxState): Stripe.BillingPortal.Configuration {
  const known = world.store.all('billing_portal.configuration').find((one) => one.is_default)
  if (known !== undefined) return known
  const on: FeaturesInput = {
    customer_update: { enabled: true, allowed_updates: ['email', 'name'] },
    invoice_history: { enabled: true },
    payment_method_update: { enabled: true },
    subscription_cancel: { enabled: true },
    subscription_update: { enabled: false },
  }
  return world.store.put(
    'billing_portal.configuration',
    buildConfiguration(world, { features: on, metadata: {}, isDefault: true }),
  )
}

/** Returns the configuration, or throws Stripe's error. */
export function requireConfiguration(world: SandboxState, id: string, param = 'configuration', status = 404) {
  const configuration = world.store.get('billing_portal.configuration', id)
  if (configuration === undefined) throw missing('configuration', id, param, status)
  return configuration
}
