import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type Stripe from 'stripe'
import { idOf } from '../stripe/api/id-of.js'
import { collectInvoice } from '../stripe/collection/collect-invoice.js'
import { invoicePaymentOf } from '../stripe/invoices/invoice-payment.js'
import { keepCard } from '../stripe/payment-methods/payment-method.object.js'
import type { TestCard } from '../stripe/payment-methods/test-cards.js'
import { BY_ITSELF, causedBy, type SandboxState } from '../sandbox-state.js'
import { invoicePage } from './invoice-page.js'
import { invoicePdf } from './invoice-pdf.js'
import { notFoundPage, sendPage } from './layout.js'
import { textsForCustomer, type PageTexts } from './page-texts.js'
import { readCardForm } from './read-card-form.js'
import { latestSeller } from './seller.js'

type InvoiceRequest = FastifyRequest<{ Params: { id: string }; Body: string | undefined }>

/** The hosted invoice: its page, its PDF, and paying it by card. */
export function invoicePages(app: FastifyInstance, world: SandboxState): void {
  app.get('/i/:id', (request: InvoiceRequest, reply) =>
    withInvoice(world, request, reply, (invoice, t) => sendPage(reply, invoicePage(invoice, t, latestSeller(world)))),
  )

  app.get('/i/:id/pdf', (request: InvoiceRequest, reply) =>
    withInvoice(world, request, reply, (invoice, t) =>
      reply
        .headers({
          'content-type': 'application/pdf',
          'content-disposition': `inline; filename="invoice-${invoice.number ?? invoice.id}.pdf"`,
        })
        .send(invoicePdf(invoice, t, latestSeller(world).name)),
    ),
  )

  app.post('/i/:id', (request: InvoiceRequest, reply) =>
    withInvoice(world, request, reply, (invoice, t) => {
      if (invoice.status === 'paid') return sendPage(reply, invoicePage(invoice, t, latestSeller(world)), 409)
      const form = readCardForm(request.body ?? '', new Date(world.clock.now))
      if (form.card === null)
        return sendPage(reply, invoicePage(invoice, t, latestSeller(world), form.problem, form.typed.name), 402)
      const { card, typed } = form
      const intent = causedBy(world, BY_ITSELF, () => pay(world, invoice, card, typed.name))
      world.store.flush()
      if (intent.status === 'requires_action') return reply.redirect(`/c/authenticate/${intent.id}`, 303)
      if (intent.status === 'requires_payment_method') {
        const problem = intent.last_payment_error?.message ?? 'Your card was declined.'
        return sendPage(
          reply,
          invoicePage(world.store.need('invoice', invoice.id), t, latestSeller(world), problem, typed.name),
          402,
        )
      }
      return reply.redirect(`/i/${invoice.id}`, 303)
    }),
  )
}

function pay(world: SandboxState, invoice: Stripe.Invoice, card: TestCard, name: string): Stripe.PaymentIntent {
  const method = keepCard(world, card, { customer: idOf(invoice.customer), email: invoice.customer_email, name })
  collectInvoice(world, invoice.id, { method, presence: 'on_session', by: 'payer' })
  return world.store.need('payment_intent', invoicePaymentOf(world, invoice).intent)
}

/** Only final invoices have a page. */
function withInvoice(
  world: SandboxState,
  request: InvoiceRequest,
  reply: FastifyReply,
  use: (invoice: Stripe.Invoice, t: PageTexts) => FastifyReply,
): FastifyReply {
  const invoice = world.store.get('invoice', request.params.id)
  if (invoice === undefined || invoice.status === 'draft') return sendPage(reply, notFoundPage('invoice'), 404)
  return use(invoice, textsForCustomer(world, idOf(invoice.customer)))
}
