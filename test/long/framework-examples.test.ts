import { noBrowser, openBrowser } from '../support/browser.js'
import { assignTestPlan, newAccount } from '../support/entitlements.js'
import { freePort } from '../support/free-port.js'
import { packPackages, type Published } from '../support/packed-packages.js'
import {
  installExample,
  newWebhookSecret,
  run,
  runOf,
  signedWebhook,
  startApp,
  temporaryServer,
} from '../support/package-apps.js'
import { itUnless } from '../support/skip.js'
import { eventually } from '../support/test-server.js'
import { CREATE_ENDPOINT } from '../support/webhook-endpoints.js'

/** `npm run test:long -- framework-examples`: the applications of `examples` with the packed packages. */
describe('Examples of frameworks', () => {
  let archives: Record<Published, string>
  beforeAll(async () => {
    archives = await packPackages()
  })

  /** A signed request is accepted, and an altered one is not. */
  const expectsSignatures = async (url: string, secret: string) => {
    const send = async (body: string, headers: Record<string, string>) =>
      (await fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } })).status
    const { body, headers } = signedWebhook({ type: 'usage.warning', data: { accountId: null } }, secret)
    expect(await send(body, headers)).toBe(204)
    expect(await send(`${body} `, headers)).toBe(400)
    expect(await send(body, {})).toBe(400)
  }

  it.each(['express', 'fastify'])(
    '%s gates a route, consumes once for each key, and receives verified webhooks',
    async (name) => {
      const folder = await installExample(name, [archives.client])
      expect(await runOf(folder, 'typescript/bin/tsc', '-p', '.')).toBe('')
      await using stackgate = await temporaryServer({
        env: { CATALOG: 'attribution', ALLOWED_PRIVATE_HOSTS: '127.0.0.1' },
      })
      const { server } = stackgate
      const user = `${name}@example.com`
      const accountId = await newAccount(server, user)
      const port = await freePort()
      const path = '/webhooks/stackgate'
      const { data } = await server.graphql<{ createWebhookEndpoint: { secret: string } }>(
        CREATE_ENDPOINT,
        {
          input: {
            url: `http://127.0.0.1:${port}${path}`,
            types: ['subscription.*', 'override.*'],
            allAccounts: false,
            idempotencyKey: 'endpoint-1',
          },
        },
        await server.token(user),
      )
      const { secret } = data.createWebhookEndpoint
      await using app = await startApp(folder, ['server.ts'], port, {
        STACKGATE_URL: server.url,
        STACKGATE_KEY: await server.serviceKey(['entitlements:write']),
        STACKGATE_WEBHOOK_SECRET: secret,
      })
      const send = async (method: string, route: string, headers: Record<string, string> = {}) => {
        const response = await fetch(`${app.url}${route}`, { method, headers: { 'x-user': user, ...headers } })
        const text = await response.text()
        return { status: response.status, text, body: text.startsWith('{') ? (JSON.parse(text) as object) : null }
      }

      for (const [method, route] of [
        ['GET', '/exports'],
        ['POST', '/runs'],
      ] as const)
        expect(await send(method, route, { 'x-user': 'nobody@example.com', 'idempotency-key': 'run-0' })).toMatchObject(
          {
            status: 404,
            body: { code: 'NOT_FOUND', message: expect.stringContaining('sign in once') },
          },
        )
      expect(await send('GET', '/exports')).toMatchObject({
        status: 402,
        body: {
          code: 'FEATURE_NOT_INCLUDED',
          remedies: expect.arrayContaining([expect.objectContaining({ kind: 'UPGRADE_PLAN' })]),
        },
      })
      await assignTestPlan(server, accountId, 'scale')
      expect(await send('GET', '/exports')).toMatchObject({ status: 200, text: expect.stringContaining('search,42') })

      expect(await send('POST', '/runs')).toMatchObject({ status: 400 })
      const first = await send('POST', '/runs', { 'idempotency-key': 'run-1' })
      expect(first).toMatchObject({ status: 201, body: { remaining: expect.any(Number) } })
      expect(await send('POST', '/runs', { 'idempotency-key': 'run-1' })).toEqual(first)
      const { remaining } = first.body as { remaining: number }
      expect(await send('POST', '/runs', { 'idempotency-key': 'run-2' })).toMatchObject({
        body: { remaining: remaining - 1 },
      })

      await expectsSignatures(`${app.url}${path}`, secret)
      await server.graphql(
        `mutation ($account: ID!) { overrideEntitlement(input: {
        accountId: $account, feature: "models", amount: 3, reason: "goodwill", idempotencyKey: "override-1" }) { __typename } }`,
        { account: accountId },
        await server.token('ops@example.com', { roles: ['admin'] }),
      )
      await eventually(
        () => app.output(),
        (output) => /^event \S+ override\.set$/m.test(output),
        15_000,
      )
    },
  )

  itUnless(noBrowser)(
    'Next.js renders prices on the server, follows the account in the browser, and receives verified webhooks',
    async () => {
      const folder = await installExample('next', [archives.client, archives.react])
      await run(folder, process.execPath, ['node_modules/next/dist/bin/next', 'build'], {
        NEXT_TELEMETRY_DISABLED: '1',
      })
      const port = await freePort()
      await using stackgate = await temporaryServer({ env: { CORS_ORIGINS: `http://127.0.0.1:${port}` } })
      const secret = newWebhookSecret()
      const next = ['node_modules/next/dist/bin/next', 'start', '-H', '127.0.0.1']
      await using app = await startApp(folder, next, port, {
        STACKGATE_URL: stackgate.server.url,
        STACKGATE_WEBHOOK_SECRET: secret,
        NEXT_TELEMETRY_DISABLED: '1',
      })
      const html = await (await fetch(app.url)).text()
      expect(html).toMatch(/<h2>Plus<\/h2>/)
      expect(html).toMatch(/\$20\.00/)
      await expectsSignatures(`${app.url}/webhooks/stackgate`, secret)

      const browser = await openBrowser()
      try {
        const context = await browser.newContext()
        const token = await stackgate.server.token('next@example.com')
        await context.addCookies([{ name: 'stackgate_token', value: token, url: app.url }])
        const page = await context.newPage()
        const complaints: string[] = []
        page.on('pageerror', ({ message }) => void complaints.push(message))
        await page.goto(`${app.url}/account`)
        await page.getByText('Your plan: Free').waitFor()
        await page.getByText('Plus: subscribe').waitFor()
        expect(complaints).toEqual([])
      } finally {
        await browser.close()
      }
    },
  )
})
