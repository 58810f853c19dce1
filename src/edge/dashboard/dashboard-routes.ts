import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { dashboardPage } from './dashboard-page.js'
import { registerSandboxSession, type SignSandboxToken } from './sandbox-session.js'

/** The dashboard that this process serves. */
export interface DashboardOptions {
  /** Folder of the built pages, with `index.html` and `assets/`. */
  readonly folder: string
  readonly publicUrl: URL
  /** Values that the page reads before it knows who is signed in. */
  readonly settings: DashboardSettings
  /** Makes an unpredictable text for the policy of one response. */
  readonly createNonce: () => string
  /** Signs tokens of the sandbox's persons. Null outside of the sandbox: then the route does not exist. */
  readonly signToken: SignSandboxToken | null
}

/** `GET /dashboard/config.json`. */
export interface DashboardSettings {
  readonly mode: string
  readonly business: string
  /** True if a person of the sandbox can be chosen without signing in. */
  readonly sandboxSignIn: boolean
}

const PERMISSIONS = 'camera=(), microphone=(), geolocation=(), payment=()'

/**
 * Serves the dashboard at `/dashboard`: files with a hash in their names may be stored forever, and every other address is the page, which
 * has its own routes.
 */
export async function registerDashboard(app: FastifyInstance, options: DashboardOptions): Promise<void> {
  const { folder, publicUrl, settings, createNonce, signToken } = options
  const built = readFileSync(join(folder, 'index.html'), 'utf8')
  if (signToken) registerSandboxSession(app, signToken)
  app.get('/dashboard/config.json', (_request, reply) => reply.header('cache-control', 'no-store').send(settings))
  await app.register(fastifyStatic, {
    root: join(folder, 'assets'),
    prefix: '/dashboard/assets/',
    preCompressed: true,
    immutable: true,
    maxAge: '365d',
    index: false,
    decorateReply: false,
  })
  const files = ['boot.js', 'favicon.svg'].filter((name) => existsSync(join(folder, name)))
  for (const name of files) {
    const text = readFileSync(join(folder, name))
    const type = name.endsWith('.js') ? 'text/javascript; charset=utf-8' : 'image/svg+xml'
    app.get(`/dashboard/${name}`, (_request, reply) => reply.type(type).header('cache-control', 'no-cache').send(text))
  }
  for (const path of ['/dashboard', '/dashboard/*'])
    app.get(path, (_request, reply) => {
      const { html, policy } = dashboardPage(built, publicUrl, createNonce())
      return reply
        .type('text/html; charset=utf-8')
        .headers({ 'content-security-policy': policy, 'cache-control': 'no-store', 'permissions-policy': PERMISSIONS })
        .send(html)
    })
}
