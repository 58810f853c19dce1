import type { SandboxState } from '#sandbox-state.js'
import { notFound, unprocessable } from '../api/paypal-error.js'
import { REMEMBERED, route, type PayPalAnswer } from '../api/route.js'
import type { Money } from '../money.js'
import type { Capture, Refund } from '../objects.js'
import { showCapture } from './capture.object.js'
import { refundCapture, type RefundInput } from './refund-capture.js'
import { showRefund } from './refund.object.js'
import { showSale, showSaleRefund } from './sale.object.js'

/** Payments: captures and their refunds; sales, which are a subscription's payments, and theirs. */
export const paymentRoutes = [
  route('GET', '/v2/payments/captures/:id', (world, { ids }) => ({
    status: 200,
    body: showCapture(world, requireCapture(world, ids['id'] ?? '')),
  })),
  route(
    'POST',
    '/v2/payments/captures/:id/refund',
    (world, { ids, body }) => shown(world, refundCapture(world, requireCapture(world, ids['id'] ?? ''), body)),
    {
      remembers: REMEMBERED.payments,
      again: (world, id) => shown(world, requireRefund(world, id)),
      repeats: 201,
    },
  ),
  route('GET', '/v2/payments/refunds/:id', (world, { ids }) => ({
    status: 200,
    body: showRefund(world, requireRefund(world, ids['id'] ?? '')),
  })),
  route('GET', '/v1/payments/sale/:id', (world, { ids }) => ({
    status: 200,
    body: showSale(world, requireCapture(world, ids['id'] ?? '')),
  })),
  route(
    'POST',
    '/v1/payments/sale/:id/refund',
    (world, { ids, body }) => {
      const refund = refundCapture(world, requireCapture(world, ids['id'] ?? ''), readSaleRefund(body))
      return { status: 201, body: showSaleRefund(world, refund) }
    },
    {
      remembers: REMEMBERED.payments,
      again: (world, id) => ({ status: 200, body: showSaleRefund(world, requireRefund(world, id)) }),
    },
  ),
  route('GET', '/v1/payments/refund/:id', (world, { ids }) => ({
    status: 200,
    body: withoutTotal(showSaleRefund(world, requireRefund(world, ids['id'] ?? ''))),
  })),
]

/** Only the response to a refund contains the total refunded amount of its payment. */
function withoutTotal(refund: object): object {
  return Object.fromEntries(Object.entries(refund).filter(([name]) => name !== 'total_refunded_amount'))
}

/** The capture, or PayPal's 404. */
export function requireCapture(world: SandboxState, id: string): Capture {
  const capture = world.store.get('paypal.capture', id)
  if (capture === undefined) throw notFound()
  return capture
}

function requireRefund(world: SandboxState, id: string): Refund {
  const refund = world.store.get('paypal.refund', id)
  if (refund === undefined) throw notFound()
  return refund
}

function shown(world: SandboxState, refund: Refund): PayPalAnswer {
  const body = showRefund(world, refund) as Refund & { links: object[] }
  return { status: 201, body, minimal: { id: body.id, status: body.status, links: body.links } }
}

/** The older API's words for a refund. */
function readSaleRefund(body: Record<string, unknown>): RefundInput {
  const amount = body['amount'] as { currency?: string; total?: string } | undefined
  if (amount !== undefined && !/^\d{1,15}(\.\d{1,3})?$/.test(amount.total ?? ''))
    throw unprocessable({ issue: 'INVALID_PARAMETER_SYNTAX', field: '/amount/total' })
  const given: Money | undefined =
    amount === undefined ? undefined : { currency_code: amount.currency ?? '', value: amount.total ?? '' }
  return {
    amount: given,
    invoice_id: body['invoice_number'] as string | undefined,
    note_to_payer: body['description'] as string | undefined,
  }
}
