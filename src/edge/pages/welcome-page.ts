import type { FastifyInstance } from 'fastify'
import { escapeHtml, isBrowser, sendPage, type PageLook } from './layout.js'
import type { Words } from './words.js'

/** The parts of the configuration that the pages show. */
export interface Installation {
  readonly mode: string
  readonly look: PageLook
  readonly publicUrl: URL
  /** URL of the dashboard: a separate one, or that of this server. Null if there is none. */
  readonly dashboardUrl: URL | null
  /** Path of the dashboard of this server, to which browsers are redirected. Null if it serves none. */
  readonly ownDashboard: string | null
  /** URL of the documentation of this server. Null if it serves none. */
  readonly documentationUrl: URL | null
  /** The payment sandbox, where this process knows one. */
  readonly sandboxUrl: URL | null
  /** Words of a page in the place of one of the application, which a sandbox lacks, by its address. Default: none. */
  readonly standIn?: ((url: string) => Words | null) | undefined
}

interface Card {
  readonly href: string
  readonly name: string
  readonly text: string
}

/** Serves the start page at `/`. Browsers are redirected to the dashboard of this server. */
export function registerWelcome(app: FastifyInstance, installation: Installation): void {
  const content = welcome(installation)
  const { ownDashboard, look } = installation
  app.get('/', (request, reply) =>
    ownDashboard && isBrowser(request.method, request.headers.accept)
      ? reply.redirect(ownDashboard)
      : sendPage(reply, { title: 'Stackgate', content, look }),
  )
}

function welcome({ mode, dashboardUrl, documentationUrl, sandboxUrl, publicUrl }: Installation): string {
  const at = (path: string) => new URL(path, publicUrl)
  const cards: Card[] = [
    ...(dashboardUrl
      ? [{ href: dashboardUrl.href, name: 'Dashboard', text: 'Your plan, your invoices, your deployments.' }]
      : []),
    {
      href: at('graphiql').pathname,
      name: 'GraphiQL',
      text:
        mode === 'sandbox'
          ? 'Try the API. A token and the queries of the tutorial are ready.'
          : 'Try the API. Put your token into the headers.',
    },
    ...(sandboxUrl
      ? [
          {
            href: new URL('/_sandbox', sandboxUrl).href,
            name: 'Payment sandbox',
            text: 'Checkouts, payments, webhooks and the clock. No real money.',
          },
        ]
      : []),
    ...(documentationUrl
      ? [
          {
            href: documentationUrl.pathname,
            name: 'Documentation',
            text: 'Tutorial, guides and reference, with a search.',
          },
        ]
      : []),
    { href: at('health/ready').pathname, name: 'Health', text: 'The readiness of this server and its parts.' },
  ]
  const list = cards
    .map(
      ({ href, name, text }) =>
        `<li><h2><a href="${escapeHtml(href)}">${escapeHtml(name)}</a></h2><p>${escapeHtml(text)}</p></li>`,
    )
    .join('\n')
  const next =
    mode === 'sandbox'
      ? `<p>New here? The tutorial in <code>docs/tutorial.md</code> shows a denial, a purchase, a deployment and a command. ` +
        `If you have just paid or changed a plan in the sandbox, GraphiQL shows the result.</p>`
      : '<p>After a payment, your dashboard shows the result as soon as the provider has confirmed it.</p>'
  return `<h1>Stackgate is running</h1>
<p class="lead">A GraphQL API for plans, entitlements, billing, a marketplace and agents.</p>
<ul class="cards">
${list}
</ul>
${next}
<footer>Mode: ${escapeHtml(mode)}. The API is at <code>${escapeHtml(at('graphql').href)}</code>.</footer>`
}
