import type Stripe from 'stripe'
import { z } from 'zod'
import type { SandboxState } from '#sandbox-state.js'
import { integer, text, unsupported, url } from '../api/fields.js'
import { idOf } from '../api/id-of.js'
import { route } from '../api/route.js'
import { invalid, missing } from '../api/stripe-error.js'
import { requireCustomer } from '../customers/require-customer.js'
import { emitEvent } from '../events/emit-event.js'
import { defaultConfiguration, requireConfiguration } from './configuration.routes.js'

const subscription = z.strictObject({ subscription: text }).optional()

const flowData = z.strictObject({
  type: z.enum(['payment_method_update', 'subscription_cancel', 'subscription_update', 'subscription_update_confirm']),
  after_completion: z
    .strictObject({
      type: z.enum(['hosted_confirmation', 'portal_homepage', 'redirect']),
      hosted_confirmation: z.strictObject({ custom_message: text.optional() }).optional(),
      redirect: z.strictObject({ return_url: url }).optional(),
    })
    .optional(),
  subscription_cancel: subscription,
  subscription_update: subscription,
  subscription_update_confirm: z
    .strictObject({
      subscription: text,
      items: z.array(z.strictObject({ id: text, price: text.optional(), quantity: integer.optional() })).length(1),
      discounts: unsupported,
    })
    .optional(),
})

type FlowInput = z.output<typeof flowData>

/** Portal sessions: a link to the page on which a customer looks after card, plan and invoices. */
export const portalSessionRoutes = [
  route(
    'POST',
    '/v1/billing_portal/sessions',
    z.strictObject({
      customer: text,
      configuration: text.optional(),
      flow_data: flowData.optional(),
      locale: text.optional(),
      return_url: url.optional(),
    }),
    (world, { input }) => {
      const customer = requireCustomer(world, input.customer, 'customer', 400)
      const configuration =
        input.configuration === undefined
          ? defaultConfiguration(world)
          : requireConfiguration(world, input.configuration, 'configuration', 400)
      if (!configuration.active) throw invalid('The portal configuration is not active.', 'configuration')
      const id = world.ids.next('bps')
      const session: Stripe.BillingPortal.Session = {
        id,
        object: 'billing_portal.session',
        configuration: configuration.id,
        created: world.clock.seconds,
        customer: customer.id,
        customer_account: null,
        flow: input.flow_data === undefined ? null : flowOf(world, input.flow_data, customer.id, configuration),
        livemode: false,
        locale: input.locale ?? null,
        on_behalf_of: null,
        return_url: input.return_url ?? configuration.default_return_url,
        url: `${world.baseUrl}/p/session/${id}`,
      }
      world.store.put('billing_portal.session', session)
      emitEvent(world, 'billing_portal.session.created', session)
      return session
    },
  ),
]

function flowOf(
  world: SandboxState,
  given: FlowInput,
  customer: string,
  configuration: Stripe.BillingPortal.Configuration,
): Stripe.BillingPortal.Session.Flow {
  const after = given.after_completion
  const target = (wanted: FlowInput['type']) => (given.type === wanted ? targetOf(world, given, customer) : null)
  const cancel = target('subscription_cancel')
  const update = target('subscription_update')
  const confirmed = target('subscription_update_confirm')
  return {
    after_completion: {
      hosted_confirmation:
        after?.type === 'hosted_confirmation'
          ? { custom_message: after.hosted_confirmation?.custom_message ?? null }
          : null,
      redirect: after?.redirect ?? null,
      type: after?.type ?? 'portal_homepage',
    },
    customer_update: null,
    subscription_cancel: cancel === null ? null : { retention: null, subscription: cancel },
    subscription_pause: null,
    subscription_update: update === null ? null : { subscription: update },
    subscription_update_confirm: confirmed === null ? null : confirmationOf(world, given, confirmed, configuration),
    type: given.type,
  }
}

/** The subscription that a flow is about; it must be the customer's. */
function targetOf(world: SandboxState, given: FlowInput, customer: string): string {
  const param = `flow_data[${given.type}][subscription]`
  const id = (given.subscription_cancel ?? given.subscription_update ?? given.subscription_update_confirm)?.subscription
  if (id === undefined) throw invalid(`Missing required param: ${param}.`, param, 'parameter_missing')
  const found = world.store.get('subscription', id)
  if (found === undefined || idOf(found.customer) !== customer) throw missing('subscription', id, param, 400)
  return id
}

/** The change that a customer only confirms. Its price must be one that the configuration offers. */
function confirmationOf(
  world: SandboxState,
  given: FlowInput,
  subscription: string,
  { features }: Stripe.BillingPortal.Configuration,
): Stripe.BillingPortal.Session.Flow.SubscriptionUpdateConfirm {
  const param = 'flow_data[subscription_update_confirm]'
  const { enabled, products } = features.subscription_update
  if (!enabled)
    throw invalid(
      'This subscription cannot be updated because the subscription update feature in the portal configuration is disabled.',
      param,
    )
  const items = (given.subscription_update_confirm?.items ?? []).map(({ id, price, quantity }) => {
    const own = world.store.need('subscription', subscription).items.data.find((item) => item.id === id)
    if (own === undefined) throw missing('subscription item', id, `${param}[items][0][id]`, 400)
    const isOffered = price === undefined || (products ?? []).some(({ prices }) => prices.includes(price))
    if (!isOffered)
      throw invalid(
        `The item \`${id}\` cannot be updated to price \`${price}\` because the configuration does not include the price in its products.`,
        `${param}[items][0][price]`,
      )
    return { id, price: price ?? own.price.id, quantity: quantity ?? own.quantity ?? 1 }
  })
  return { discounts: null, items, subscription }
}
