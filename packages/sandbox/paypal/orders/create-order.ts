import type { SandboxState } from '#sandbox-state.js'
import { invalidRequest, notImplemented } from '../api/paypal-error.js'
import { payPalNow } from '../api/time.js'
import type { Order, OrderDetail, PurchaseUnit } from '../objects.js'
import { checkAmounts } from './check-amounts.js'
import { PAYEE } from '../payments/payee.js'
import { ORDER_LIFETIME } from './order.object.js'

type Json = Record<string, unknown>

/** Makes an order that waits for its payer. */
export function createOrder(world: SandboxState, body: Json, requestId: string | null): Order {
  if (body['intent'] !== 'CAPTURE') throw notImplemented(`intent ${String(body['intent'])}`)
  if (body['processing_instruction'] !== undefined && body['processing_instruction'] !== 'NO_INSTRUCTION')
    throw notImplemented('processing_instruction')
  const source = sourceOf(body, requestId)
  const units = checkAmounts(body['purchase_units'] as Json[]).map((unit): PurchaseUnit => ({
    ...unit,
    payee: PAYEE,
    soft_descriptor: unit['soft_descriptor'] ?? 'PAYPAL *SANDBOX',
  }))
  const order: Order = {
    id: world.ids.code('paypal.order'),
    intent: 'CAPTURE',
    status: source === null ? 'CREATED' : 'PAYER_ACTION_REQUIRED',
    purchase_units: units,
    create_time: payPalNow(world),
    ...(source === null ? {} : { payment_source: { paypal: shownSource(source) } }),
  }
  world.store.put('paypal.order_detail', { id: order.id, ...options(body, source) })
  world.due.schedule('paypal.order.expire', order.id, world.clock.now + ORDER_LIFETIME)
  return world.store.put('paypal.order', order)
}

/** The one source of payment that the sandbox has is a PayPal account. */
function sourceOf(body: Json, requestId: string | null): Json | null {
  const given = body['payment_source'] as Json | undefined
  if (given === undefined) return null
  const [name, ...more] = Object.keys(given)
  if (name !== 'paypal' || more.length > 0) throw notImplemented(`payment_source ${[name, ...more].join(', ')}`)
  const source = given['paypal'] as Json
  for (const field of ['vault_id', 'billing_agreement_id', 'attributes'])
    if (source[field] !== undefined) throw notImplemented(`payment_source.paypal.${field}`)
  if (requestId === null)
    throw invalidRequest([
      {
        issue: 'PAYPAL_REQUEST_ID_REQUIRED',
        field: 'PayPal-Request-Id',
        location: 'header',
        description:
          "A PayPal-Request-Id is required if you are trying to process payment for an Order. Please specify a PayPal-Request-Id or Create the Order without a 'payment_source' specified.",
      },
    ])
  return source
}

function shownSource(source: Json): Json {
  const { experience_context: _options, ...shown } = source
  return shown
}

/** Options of the payer's visit. The deprecated location is used if no source is named. */
function options(body: Json, source: Json | null): Omit<OrderDetail, 'id'> {
  const context = ((source?.['experience_context'] ?? body['application_context']) as Json | undefined) ?? {}
  const preference =
    context['payment_method_preference'] ??
    (context['payment_method'] as Json | undefined)?.['payee_preferred'] ??
    'UNRESTRICTED'
  return {
    isSourceNamed: source !== null,
    returnUrl: (context['return_url'] as string | undefined) ?? null,
    cancelUrl: (context['cancel_url'] as string | undefined) ?? null,
    userAction: context['user_action'] === 'PAY_NOW' ? 'PAY_NOW' : 'CONTINUE',
    immediateOnly: preference === 'IMMEDIATE_PAYMENT_REQUIRED',
    brandName: (context['brand_name'] as string | undefined) ?? null,
    locale: (context['locale'] as string | undefined) ?? null,
    funding: null,
    settlesNow: false,
  }
}
