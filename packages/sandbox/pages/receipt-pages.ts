import type { FastifyInstance, FastifyRequest } from 'fastify'
import type Stripe from 'stripe'
import { formatAmount } from '../money.js'
import { idOf } from '../stripe/api/id-of.js'
import type { SandboxState } from '../sandbox-state.js'
import { html } from './html.js'
import { notFoundPage, sendPage, type Page } from './layout.js'
import { dateIn, textsForCustomer, type PageTexts } from './page-texts.js'
import { latestSeller, sellerRow, type Seller } from './seller.js'

/** Receipt of a charge, with its refunds. A failed charge has none. */
export function receiptPages(app: FastifyInstance, world: SandboxState): void {
  app.get('/receipts/:id', (request: FastifyRequest<{ Params: { id: string } }>, reply) => {
    const charge = world.store.get('charge', request.params.id)
    if (!charge?.receipt_url) return sendPage(reply, notFoundPage('receipt'), 404)
    return sendPage(reply, receiptPage(charge, textsForCustomer(world, idOf(charge.customer)), latestSeller(world)))
  })
}

function receiptPage(charge: Stripe.Charge, t: PageTexts, seller: Seller): Page {
  const money = (amount: number) => formatAmount(amount, charge.currency, t.tag)
  const refunded = charge.amount_refunded
  return {
    title: t('Receipt'),
    language: t.tag,
    seller,
    content: html`<section aria-labelledby="receipt">
      ${sellerRow(seller)}
      <h1 id="receipt">${t('Receipt')}</h1>
      <p class="total">${money(charge.amount)}</p>
      <p role="status">${t(charge.status === 'pending' ? 'Pending' : 'Paid')}</p>
      <p>${dateIn(t, charge.created)}</p>
      ${refunded === 0 ? '' : html`<p class="row"><span>${t('Refunded')}</span><span>${money(refunded)}</span></p>`}
    </section>`,
  }
}
