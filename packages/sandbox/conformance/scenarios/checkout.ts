import { sandboxStep, step, type Stage } from '../step.js'

const success_url = 'https://example.com/done?session={CHECKOUT_SESSION_ID}'

/** Checkout sessions in their three modes, and the portal. */
export const checkout = [
  step('a session for a subscription', ({ stripe, keep, id }) =>
    keep(
      'session',
      stripe.checkout.sessions.create({
        mode: 'subscription',
        customer: id('customer'),
        client_reference_id: 'order-1',
        line_items: [{ price: id('raised'), quantity: 1 }],
        subscription_data: { metadata: { account: '7' } },
        allow_promotion_codes: true,
        success_url,
      }),
    ),
  ),
  step('the session with what it sells', ({ stripe, id }) =>
    stripe.checkout.sessions.retrieve(id('session'), { expand: ['line_items'] }),
  ),
  step('the session is closed', ({ stripe, id }) => stripe.checkout.sessions.expire(id('session'))),
  step('a closed session stays closed', ({ stripe, id }) => stripe.checkout.sessions.expire(id('session'))),
  step('an old name of the hosted page', ({ stripe, id }) =>
    stripe.checkout.sessions.create({
      mode: 'payment',
      ui_mode: 'hosted',
      line_items: [{ price: id('once'), quantity: 1 }],
      success_url,
    }),
  ),
  step('a session for one payment', ({ stripe, keep, id }) =>
    keep(
      'sale',
      stripe.checkout.sessions.create({
        mode: 'payment',
        customer: id('customer'),
        line_items: [{ price: id('once'), quantity: 3 }],
        payment_intent_data: { metadata: { order: '2' } },
        success_url,
      }),
    ),
  ),
  sandboxStep('somebody pays', ({ control, id }) =>
    control('POST', `checkouts/${id('sale')}/pay`, { outcome: 'paid' }),
  ),
  sandboxStep('the session is complete', ({ stripe, id }) =>
    stripe.checkout.sessions.retrieve(id('sale'), { expand: ['payment_intent'] }),
  ),
  step('a session that only keeps a card', ({ stripe, keep, id }) =>
    keep(
      'setup session',
      stripe.checkout.sessions.create({ mode: 'setup', currency: 'usd', customer: id('customer'), success_url }),
    ),
  ),
  step('a configuration of the portal', ({ stripe, keep }) =>
    keep(
      'portal',
      stripe.billingPortal.configurations.create({
        features: {
          invoice_history: { enabled: true },
          payment_method_update: { enabled: true },
          subscription_cancel: { enabled: true, mode: 'at_period_end' },
        },
      }),
    ),
  ),
  step('a portal session', ({ stripe, id }: Stage) =>
    stripe.billingPortal.sessions.create({
      customer: id('customer'),
      configuration: id('portal'),
      return_url: 'https://example.com/account',
    }),
  ),
]
