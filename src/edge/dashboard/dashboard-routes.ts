import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import type { Timers } from '#services/kernel/time/timers.js'
import { builtFile, sendMissingPages } from '../pages/built-pages.js'
import { dashboardPage } from './dashboard-page.js'
import { DemonstrationAgents } from './demonstration-agent.js'
import { registerDemonstrationAgents } from './demonstration-routes.js'
import { registerSandboxControl, type SandboxControl } from './sandbox-control.js'
import { registerSandboxSession, type SignSandboxToken } from './sandbox-session.js'

/** The dashboard that this process serves. */
export interface DashboardOptions {
  /** Folder of the built pages, with `index.html` and `assets/`. It can be empty until the pages are built. */
  readonly folder: string
  readonly publicUrl: URL
  /** Values that the page reads before it knows who is signed in. */
  readonly settings: DashboardSettings
  /** Makes an unpredictable text for the policy of one response. */
  readonly createNonce: () => string
  /** Signs tokens of the sandbox's persons. Null outside of the sandbox: then the route does not exist. */
  readonly signToken: SignSandboxToken | null
  /** Controls the payment sandbox. Null outside of the sandbox, or if it belongs to another machine: then the route does not exist. */
  readonly control: SandboxControl | null
  readonly timers: Timers
  /** Sign-in with OpenID Connect. Null: it is not set up. */
  readonly openId: OpenIdSignIn | null
}

/** Sign-in at an identity provider, by the code flow with PKCE in the browser. */
export interface OpenIdSignIn {
  readonly clientId: string
  readonly scope: string
  readonly audience: string | null
  /** Metadata of the provider in the names of its discovery document. Null while it cannot be reached. */
  readonly provider: () => Promise<{ readonly token_endpoint: string } | null>
}

/** The part of `GET /dashboard/config.json` that never changes while the process runs. */
export interface DashboardSettings {
  readonly mode: string
  readonly business: string
  /** Pattern of the pages of the installed modules. */
  readonly pages: string
  /** The seller. Null: the catalog has no brand. */
  readonly brand: { readonly logo: string | null } | null
  /** True if a person of the sandbox can be chosen without signing in. */
  readonly sandboxSignIn: boolean
  /** True if the payment sandbox can be controlled. */
  readonly sandboxControl: boolean
  /** True if this server has the documentation. */
  readonly documentation: boolean
}

/** Files that keep their names in every build. */
const FILES = [
  ['boot.js', 'text/javascript; charset=utf-8'],
  ['favicon.svg', 'image/svg+xml'],
] as const

/** Name of the font for pages outside of the dashboard. Its file has a name that changes with its content. */
export const DASHBOARD_FONT = 'geist.woff2'

const PERMISSIONS = 'camera=(), microphone=(), geolocation=(), payment=()'

/**
 * Serves the dashboard at `/dashboard`: files with a hash in their names may be stored forever, and every other address is the page, which
 * has its own routes.
 */
export async function registerDashboard(app: FastifyInstance, options: DashboardOptions): Promise<void> {
  const { folder, publicUrl, createNonce, signToken, control, timers, openId, settings } = options
  const logo = settings.brand?.logo ? new URL(settings.brand.logo).origin : null
  if (signToken) {
    registerSandboxSession(app, signToken)
    registerDemonstrationAgents(app, new DemonstrationAgents(app, timers, createNonce))
  }
  if (signToken && control) registerSandboxControl(app, control)
  app.get('/dashboard/config.json', async (_request, reply) =>
    reply.header('cache-control', 'no-store').send(await configOf(options)),
  )
  await app.register(fastifyStatic, {
    root: join(folder, 'assets'),
    prefix: '/dashboard/assets/',
    preCompressed: true,
    immutable: true,
    maxAge: '365d',
    index: false,
    decorateReply: false,
    suppressWarning: true,
  })
  for (const [name, type] of FILES)
    app.get(`/dashboard/${name}`, async (_request, reply) => {
      const text = await builtFile(folder, name)
      if (text === null) return reply.callNotFound()
      return reply.type(type).header('cache-control', 'no-cache').send(text)
    })
  app.get(`/dashboard/${DASHBOARD_FONT}`, async (_request, reply) => {
    const files = await readdir(join(folder, 'assets')).catch(() => [])
    const name = files.find((file) => /^geist-latin-wght-normal-.*\.woff2$/.test(file))
    if (name === undefined) return reply.callNotFound()
    const font = await readFile(join(folder, 'assets', name))
    return reply.type('font/woff2').header('cache-control', 'public, max-age=86400').send(font)
  })
  for (const path of ['/dashboard', '/dashboard/*'])
    app.get(path, async (_request, reply) => {
      const built = await builtFile(folder, 'index.html')
      if (built === null) return sendMissingPages(reply, folder, publicUrl)
      const provider = await openId?.provider()
      const signIn = provider ? new URL(provider.token_endpoint).origin : null
      const { html, policy } = dashboardPage(built, publicUrl, createNonce(), { signIn, logo })
      return reply
        .type('text/html; charset=utf-8')
        .headers({ 'content-security-policy': policy, 'cache-control': 'no-store', 'permissions-policy': PERMISSIONS })
        .send(html)
    })
}

/** `GET /dashboard/config.json`: what the page has to know before a user is signed in. It contains no secret. */
async function configOf({ settings, openId }: DashboardOptions): Promise<object> {
  if (!openId) return { ...settings, openId: null }
  const { clientId, scope, audience, provider } = openId
  return { ...settings, openId: { clientId, scope, audience, provider: await provider() } }
}
