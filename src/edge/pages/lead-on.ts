import type { FastifyInstance, FastifyReply } from 'fastify'
import { escapeHtml, isBrowser, sendPage } from './layout.js'
import type { Installation } from './welcome-page.js'
import type { Words } from './words.js'

/** A page at an address that mails and denials link to. It leads on to the dashboard or the start page. */
export interface LeadOnPage {
  readonly path: string
  /** True: only browsers get the page. Other clients get 404. */
  readonly forBrowsersOnly: boolean
  /** Path of the page below the dashboard that takes its place, with the same query and fragment. */
  readonly inDashboard?: string
  readonly words: (query: Readonly<Record<string, unknown>>) => Words
}

export function registerLeadOnPages(
  app: FastifyInstance,
  installation: Installation,
  pages: readonly LeadOnPage[],
): void {
  const { ownDashboard } = installation
  for (const { path, forBrowsersOnly, inDashboard, words } of pages)
    app.get(path, (request, reply) => {
      const fromBrowser = isBrowser(request.method, request.headers.accept)
      if (fromBrowser && ownDashboard && inDashboard) {
        const { search } = new URL(request.url, 'http://localhost')
        return reply.redirect(`${ownDashboard}${inDashboard}${search}`)
      }
      return !forBrowsersOnly || fromBrowser
        ? sendLeadOn(reply, installation, words(request.query as Record<string, unknown>))
        : reply.callNotFound()
    })
}

/** A page that says one thing and leads on, to the dashboard or to the page at `/`. */
export function sendLeadOn(
  reply: FastifyReply,
  { dashboardUrl, publicUrl, look }: Installation,
  { title, text }: Words,
  status = 200,
): FastifyReply {
  const [href, name] = dashboardUrl
    ? [dashboardUrl.href, 'Open the dashboard']
    : [publicUrl.pathname, 'Go to the start page']
  const content = `<h1>${escapeHtml(title)}</h1>\n<p class="lead">${escapeHtml(text)}</p>\n<p><a class="button" href="${escapeHtml(href)}">${name}</a></p>`
  return sendPage(reply, { title, content, look }, status)
}
