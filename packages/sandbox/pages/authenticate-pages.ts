import type { FastifyInstance, FastifyRequest } from 'fastify'
import type Stripe from 'stripe'
import { idOf } from '../stripe/api/id-of.js'
import { answerAuthentication } from '../stripe/collection/resolve-debit.js'
import { answerSetupAuthentication } from '../stripe/setup-intents/transition-setup-intent.js'
import { BY_ITSELF, causedBy, type SandboxState } from '../sandbox-state.js'
import { challengePage } from './challenge-page.js'
import { formField } from './form-field.js'
import { html } from './html.js'
import { notFoundPage, sendPage, type Page } from './layout.js'
import { textsForCustomer, type PageTexts } from './page-texts.js'

type IntentRequest = FastifyRequest<{ Params: { id: string }; Body: string | undefined }>
type Intent = Stripe.PaymentIntent | Stripe.SetupIntent

/**
 * Pages on which a payer completes the 3D Secure challenge of a payment intent or setup intent that a client confirmed.
 */
export function authenticatePages(app: FastifyInstance, world: SandboxState): void {
  app.get('/c/authenticate/:id', (request: IntentRequest, reply) => {
    const intent = find(world, request.params.id)
    if (intent === undefined) return sendPage(reply, notFoundPage('payment'), 404)
    const t = textsForCustomer(world, idOf(intent.customer))
    if (intent.status !== 'requires_action') return sendPage(reply, answeredPage(intent, t))
    const money = intent.object === 'payment_intent' ? { amount: intent.amount, currency: intent.currency } : null
    return sendPage(reply, challengePage(`/c/authenticate/${intent.id}`, money, t))
  })

  app.post('/c/authenticate/:id', (request: IntentRequest, reply) => {
    const intent = find(world, request.params.id)
    if (intent === undefined) return sendPage(reply, notFoundPage('payment'), 404)
    const t = textsForCustomer(world, idOf(intent.customer))
    if (intent.status !== 'requires_action') return sendPage(reply, answeredPage(intent, t), 409)
    const onward = onwardUrl(world, intent)
    const passed = formField(request.body, 'outcome') === 'complete'
    const answered = causedBy(world, BY_ITSELF, () =>
      intent.object === 'payment_intent'
        ? answerAuthentication(world, intent.id, passed)
        : answerSetupAuthentication(world, intent.id, passed),
    )
    world.store.flush()
    return onward === null ? sendPage(reply, answeredPage(answered ?? intent, t)) : reply.redirect(onward, 303)
  })
}

function find(world: SandboxState, id: string): Intent | undefined {
  return world.store.get('payment_intent', id) ?? world.store.get('setup_intent', id)
}

/** Return URL of the client, with the parameters that Stripe adds. Without one: the page of the invoice. */
function onwardUrl(world: SandboxState, intent: Intent): string | null {
  const wanted = intent.next_action?.redirect_to_url?.return_url
  if (wanted != null) {
    const url = new URL(wanted)
    url.searchParams.set(intent.object, intent.id)
    url.searchParams.set(`${intent.object}_client_secret`, intent.client_secret ?? '')
    return url.href
  }
  const [payment] = world.store.by('invoice_payment', 'payment_intent', intent.id)
  const invoice = idOf(payment?.invoice)
  return invoice === null ? null : `/i/${invoice}`
}

function answeredPage(intent: Intent, t: PageTexts): Page {
  const good = intent.status === 'succeeded'
  return {
    title: t(good ? 'Done' : 'Not authenticated'),
    language: t.tag,
    content: html`<section>
      <p class="badge">Sandbox</p>
      <h1>${t(good ? 'Authenticated' : 'Not authenticated')}</h1>
      <p role="status">
        ${t(good ? 'You can close this page.' : 'Nothing was charged. Try again where you came from.')}
      </p>
    </section>`,
  }
}
