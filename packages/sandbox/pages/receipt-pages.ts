import type { FastifyInstance, FastifyRequest } from 'fastify'
import type Stripe from 'stripe'
import { formatAmount } from '../money.js'
import type { SandboxState } from '../sandbox-state.js'
import { html } from './html.js'
import { dateOf } from './invoice-page.js'
import { notFoundPage, sendPage, type Page } from './layout.js'

/** Receipt of a charge, with its refunds. A failed charge has none. */
export function receiptPages(app: FastifyInstance, world: SandboxState): void {
  app.get('/receipts/:id', (request: FastifyRequest<{ Params: { id: string } }>, reply) => {
    const charge = world.store.get('charge', request.params.id)
    if (!charge?.receipt_url) return sendPage(reply, notFoundPage('receipt'), 404)
    return sendPage(reply, receiptPage(charge))
  })
}

function receiptPage(charge: Stripe.Charge): Page {
  const money = (amount: number) => formatAmount(amount, charge.currency)
  const refunded = charge.amount_refunded
  return {
    title: 'Receipt',
    content: html`<section aria-labelledby="receipt">
      <p class="badge">Sandbox</p>
      <h1 id="receipt">Receipt</h1>
      <p class="total">${money(charge.amount)}</p>
      <p role="status">${charge.status === 'pending' ? 'Pending' : 'Paid'}</p>
      <p>${dateOf(charge.created)}</p>
      ${refunded === 0 ? '' : html`<p class="row"><span>Refunded</span><span>${money(refunded)}</span></p>`}
    </section>`,
  }
}
