import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Temporal } from 'temporal-polyfill'
import { clockState } from '../control/clock-control.js'
import type { ControlParts } from '../control/control-api.js'
import { isBearer, isLoopbackHost, isSameOrigin } from '../control/guards.js'
import { idOf } from '../stripe/api/id-of.js'
import { periodEnd } from '../stripe/subscriptions/subscription-periods.js'
import { html, type Html } from './html.js'
import { sendPage } from './layout.js'

const SHOWN = 50

/** The inspector: what the sandbox holds, and buttons to move time and to resend. Under `/_sandbox`, loopback only. */
export function inspector(app: FastifyInstance, parts: ControlParts): void {
  app.addHook('preHandler', async (request, reply) => {
    if (isLoopbackHost(request.headers) && (request.method === 'GET' || mayPost(request, parts.token))) return undefined
    return sendPage(reply, { title: 'Refused', content: html`<p role="alert">Refused: not from this page.</p>` }, 403)
  })
  app.get('/_sandbox', (_request, reply) => show(parts, reply))
  app.post<{ Params: { step: string } }>('/_sandbox/advance/:step', async (request, reply) => {
    const { clock } = parts.world
    const step = request.params.step === 'month' ? { months: 1 } : { days: 1 }
    await parts.time.advance(
      () => Temporal.Instant.fromEpochMilliseconds(clock.now).toZonedDateTimeISO('UTC').add(step).epochMilliseconds,
    )
    return reply.redirect('/_sandbox', 303)
  })
  app.post<{ Params: { id: string } }>('/_sandbox/deliveries/:id/resend', async (request, reply) => {
    parts.dispatcher.retry(request.params.id)
    await parts.dispatcher.settle()
    return reply.redirect('/_sandbox', 303)
  })
}

function mayPost(request: FastifyRequest, token: string): boolean {
  return isSameOrigin(request.headers) || isBearer(request.headers.authorization, token)
}

function show(parts: ControlParts, reply: FastifyReply) {
  const { store } = parts.world
  const clock = clockState(parts)
  return sendPage(reply, {
    title: 'Sandbox',
    wide: true,
    content: html`<section>
        <p class="badge">Payment sandbox</p>
        <h1>${clock.now}</h1>
        <p>Next due: ${clock.nextDue ?? 'nothing'} · deliveries on their way: ${clock.pendingDeliveries}</p>
        <form class="inline" method="post" action="/_sandbox/advance/day"><button>Advance 1 day</button></form>
        <form class="inline" method="post" action="/_sandbox/advance/month"><button>Advance 1 month</button></form>
      </section>
      ${table(
        'Customers',
        ['id', 'email', 'name'],
        store
          .newest('customer')
          .slice(0, SHOWN)
          .map((one) => [one.id, one.email, one.name]),
      )}
      ${table(
        'Subscriptions',
        ['id', 'status', 'customer', 'price', 'until'],
        store
          .newest('subscription')
          .slice(0, SHOWN)
          .map((one) => [one.id, one.status, idOf(one.customer), one.items.data[0]?.price.id, time(periodEnd(one))]),
      )}
      ${table(
        'Checkout sessions',
        ['id', 'status', 'payment', 'page'],
        store
          .newest('checkout.session')
          .slice(0, SHOWN)
          .map((one) => [
            one.id,
            one.status,
            one.payment_status,
            one.url === null ? '' : html`<a href="/c/pay/${one.id}">open</a>`,
          ]),
      )}
      ${table(
        'Invoices',
        ['id', 'status', 'reason', 'total', 'customer'],
        store
          .newest('invoice')
          .slice(0, SHOWN)
          .map((one) => [one.id, one.status, one.billing_reason, one.total, idOf(one.customer)]),
      )}
      ${table(
        'Deliveries',
        ['event', 'to', 'status', 'attempts', 'last', 'next', ''],
        store
          .newest('delivery')
          .slice(0, SHOWN)
          .map((one) => [
            one.eventType,
            one.url,
            one.status,
            one.attempts,
            one.lastStatusCode ?? one.lastError,
            one.nextAttemptAt,
            html`<form method="post" action="/_sandbox/deliveries/${one.id}/resend"><button>Resend</button></form>`,
          ]),
      )}
      ${table(
        'Events',
        ['id', 'type', 'at'],
        store
          .newest('event')
          .slice(0, SHOWN)
          .map((one) => [one.id, one.type, time(one.created)]),
      )}`,
  })
}

type Cell = Html | string | number | null | undefined

function table(title: string, heads: string[], rows: Cell[][]): Html {
  return html`<section>
    <h2>${title}</h2>
    ${
      rows.length === 0
        ? html`<p>None yet.</p>`
        : html`<table>
            <thead>
              <tr>
                ${heads.map((head) => html`<th scope="col">${head}</th>`)}
              </tr>
            </thead>
            <tbody>
              ${rows.map(
                (row) =>
                  html`<tr>
                    ${row.map((cell) => html`<td>${cell}</td>`)}
                  </tr>`,
              )}
            </tbody>
          </table>`
    }
  </section>`
}

function time(seconds: number): string {
  return new Date(seconds * 1000).toISOString()
}
