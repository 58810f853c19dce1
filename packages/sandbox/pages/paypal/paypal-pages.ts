import type { FastifyInstance, FastifyRequest } from 'fastify'
import { approveOrder, waitsForPayer } from '#paypal/orders/approve-order.js'
import type { Funding } from '#paypal/objects.js'
import { BY_ITSELF, causedBy, type SandboxState } from '#sandbox-state.js'
import { formField } from '../form-field.js'
import { notFoundPage, sendPage } from '../layout.js'
import { approvalPage, FUNDINGS, orderOverPage } from './approval-page.js'
import { returnUrl } from './return-urls.js'
import { subscribePages } from './subscribe-pages.js'

type TokenRequest = FastifyRequest<{ Querystring: { token?: string }; Body: string | undefined }>

/** Page on which a payer approves an order. It has no scripts. */
export function payPalPages(app: FastifyInstance, world: SandboxState): void {
  const find = (request: TokenRequest) => world.store.get('paypal.order', request.query.token ?? '')

  app.get('/paypal/checkoutnow', (request: TokenRequest, reply) => {
    const order = find(request)
    if (order === undefined) return sendPage(reply, notFoundPage('order'), 404)
    return sendPage(reply, waitsForPayer(order) ? approvalPage(world, order, '', null) : orderOverPage(world, order))
  })

  app.post('/paypal/checkoutnow', (request: TokenRequest, reply) => {
    const order = find(request)
    if (order === undefined) return sendPage(reply, notFoundPage('order'), 404)
    if (!waitsForPayer(order)) return sendPage(reply, orderOverPage(world, order), 409)
    const email = formField(request.body, 'email')
    if (!/^[^\s@]+@[^\s@]+$/.test(email))
      return sendPage(reply, approvalPage(world, order, email, 'Your email is not valid.'), 402)
    const funding = (formField(request.body, 'funding') || 'balance') as Funding
    const { immediateOnly } = world.store.need('paypal.order_detail', order.id)
    if (!FUNDINGS.some(({ name }) => name === funding) || (immediateOnly && funding.startsWith('bank')))
      return sendPage(reply, approvalPage(world, order, email, 'Choose one of these ways to pay.'), 402)
    const approved = causedBy(world, BY_ITSELF, () =>
      approveOrder(world, order.id, { email, funding, settlesNow: false }),
    )
    world.store.flush()
    const onward = returnUrl(world, approved)
    return onward === null ? sendPage(reply, orderOverPage(world, approved)) : reply.redirect(onward, 303)
  })

  subscribePages(app, world)
}
