import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { changeObject } from '../stripe/api/change-object.js'
import { emitEvent } from '../stripe/events/emit-event.js'
import type { AccountLinkRecord } from '../state/records.js'
import { BY_ITSELF, causedBy, type SandboxState } from '../sandbox-state.js'
import { html } from './html.js'
import { notFoundPage, sendPage } from './layout.js'

type LinkRequest = FastifyRequest<{ Params: { id: string } }>

/** Onboarding of a payee, reduced to one button. A link opens once, and only for a few minutes. */
export function onboardingPages(app: FastifyInstance, world: SandboxState): void {
  const withLink = (
    request: LinkRequest,
    reply: FastifyReply,
    use: (link: AccountLinkRecord) => FastifyReply,
  ): FastifyReply => {
    const link = world.store.get('account_link', request.params.id)
    if (link === undefined) return sendPage(reply, notFoundPage('link'), 404)
    if (link.used || link.expiresAt <= world.clock.seconds) return reply.redirect(link.refreshUrl, 303)
    return use(link)
  }

  app.get('/connect/:id', (request: LinkRequest, reply) =>
    withLink(request, reply, (link) =>
      sendPage(reply, {
        title: 'Get paid',
        leadsAway: true,
        content: html`<p class="badge">Sandbox</p>
          <h1>Get paid</h1>
          <section>
            <p>Stripe asks here who you are and where your money goes. The sandbox asks nothing.</p>
            <form method="post" action="/connect/${link.id}"><button type="submit">Submit</button></form>
            <p><a href="${link.returnUrl}">Return without finishing</a></p>
          </section>`,
      }),
    ),
  )

  app.post('/connect/:id', (request: LinkRequest, reply) =>
    withLink(request, reply, (link) => {
      causedBy(world, BY_ITSELF, () => {
        world.store.put('account_link', { ...link, used: true })
        const { object, previous } = changeObject(world, 'account', link.account, {
          capabilities: { transfers: 'active' },
          details_submitted: true,
          payouts_enabled: true,
        })
        emitEvent(world, 'account.updated', object, previous)
      })
      world.store.flush()
      return reply.redirect(link.returnUrl, 303)
    }),
  )
}
