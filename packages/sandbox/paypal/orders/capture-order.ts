import type { SandboxState } from '#sandbox-state.js'
import { unprocessable, type PayPalError } from '../api/paypal-error.js'
import { payPalNow } from '../api/time.js'
import type { Order } from '../objects.js'
import { createCapture } from '../payments/create-capture.js'
import { takePlannedFailure } from '../payments/planned-failure.js'
import { approvalUrl } from './order.object.js'

/** Captures an approved order. An error that is returned, not thrown, keeps its changes. */
export function captureOrder(world: SandboxState, order: Order): Order | PayPalError {
  if (order.status === 'COMPLETED') throw unprocessable({ issue: 'ORDER_ALREADY_CAPTURED' })
  if (order.status !== 'APPROVED') throw unprocessable({ issue: 'ORDER_NOT_APPROVED' })
  refuseUsedInvoices(world, order)
  const detail = world.store.need('paypal.order_detail', order.id)
  const planned = takePlannedFailure(world, [order.id, order.payer?.payer_id, order.payer?.email_address])
  if (planned || detail.funding === 'declined') return decline(world, order)
  for (const unit of order.purchase_units) {
    createCapture(world, {
      order: order.id,
      unit: unit.reference_id,
      subscription: null,
      payer: order.payer ?? null,
      amount: { currency_code: unit.amount.currency_code, value: unit.amount.value },
      invoice_id: unit.invoice_id,
      custom_id: unit.custom_id,
      funding: detail.funding ?? 'balance',
      settlesNow: detail.settlesNow,
    })
  }
  world.due.cancel('paypal.order.expire', order.id)
  return world.store.put('paypal.order', {
    ...world.store.need('paypal.order', order.id),
    status: 'COMPLETED',
    update_time: payPalNow(world),
  })
}

/** Default of PayPal accounts: an invoice number can be paid only once. */
function refuseUsedInvoices(world: SandboxState, { purchase_units: units }: Order): void {
  for (const [index, { invoice_id: number }] of units.entries()) {
    const used = number === undefined ? [] : world.store.by('paypal.capture', 'invoice', number)
    if (used.some(({ status }) => status !== 'DECLINED' && status !== 'FAILED'))
      throw unprocessable({
        issue: 'DUPLICATE_INVOICE_ID',
        field: `/purchase_units/${index}/invoice_id`,
        value: number,
      })
  }
}

/** The payment failed, so that the payer has to choose another method. */
function decline(world: SandboxState, order: Order): PayPalError {
  const detail = world.store.need('paypal.order_detail', order.id)
  world.store.put('paypal.order_detail', { ...detail, funding: null })
  world.store.put('paypal.order', {
    ...order,
    status: detail.isSourceNamed ? 'PAYER_ACTION_REQUIRED' : 'CREATED',
    update_time: payPalNow(world),
  })
  return unprocessable({ issue: 'INSTRUMENT_DECLINED' }, [
    { href: approvalUrl(world, order.id), rel: 'redirect', method: 'GET' },
  ])
}
