import type { AddedFile, AddedFiles, Feature } from './added-files.js'
import type { Application } from './application.js'

// Between ‹ and › are types, which files of JavaScript do not have.

const WEBHOOK_SECRET = `process.env.STACKGATE_WEBHOOK_SECRET ?? ''`

const CUSTOMER = (type: string, exported = ''): string => `\
/** Your sign-in: the customer of a request, by your own ID. Null for a visitor, whom a gate refuses with 401. */
${exported}async function customerOf(_request‹: ${type}›)‹: Promise<{ customer: string } | null>› {
  return null
}
`

const EVENT = `\
/** Your reaction to an event. Deliveries repeat: store \`event.id\`, and handle each event once. */
async function onEvent(event‹: WebhookEvent›)‹: Promise<void>› {
  console.log('stackgate', event.id, event.type)
}
`

const CLIENT = `\
export const stackgate = new Stackgate() // STACKGATE_URL and STACKGATE_SECRET_KEY
/** Lets customers with a feature pass. Others receive 402 with what would give it to them. */
export const requires = gate({ stackgate, identify: customerOf })
`

const EXPRESS = `\
import { Stackgate } from '@stackgate/client/server'
import { expressHandler, gate } from '@stackgate/client/server/express'
import { verifyWebhook, WebhookError‹, type WebhookEvent› } from '@stackgate/client/webhooks'
import express‹, { type Request, type Router }› from 'express'

${CUSTOMER('Request')}
${EVENT}
${CLIENT}
/** Mount them before a parser of bodies: the signature of a webhook covers the bytes. */
export const stackgateRoutes‹: Router› = express.Router()
stackgateRoutes.all('/api/stackgate', expressHandler({ stackgate, identify: customerOf }))
stackgateRoutes.post('/webhooks/stackgate', express.raw({ type: () => true }), async (request, response, next) => {
  try {
    const body = Buffer.isBuffer(request.body) ? request.body : ''
    await onEvent(verifyWebhook(body, request.headers, ${WEBHOOK_SECRET}))
    response.status(204).end()
  } catch (error) {
    if (!(error instanceof WebhookError)) return next(error)
    response.status(400).json({ reason: error.reason })
  }
})
`

const FASTIFY = `\
import { Stackgate } from '@stackgate/client/server'
import { fastifyHandler, gate } from '@stackgate/client/server/fastify'
import { verifyWebhook, WebhookError‹, type WebhookEvent› } from '@stackgate/client/webhooks'
‹import type { FastifyInstance, FastifyRequest } from 'fastify'
›
${CUSTOMER('FastifyRequest')}
${EVENT}
${CLIENT}
export async function stackgateRoutes(app‹: FastifyInstance›)‹: Promise<void>› {
  app.all('/api/stackgate', fastifyHandler({ stackgate, identify: customerOf }))
  // The signature covers the bytes as they were sent.
  app.register(async (webhooks) => {
    webhooks.removeAllContentTypeParsers()
    webhooks.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    webhooks.post('/webhooks/stackgate', async ({ body, headers }, reply) => {
      try {
        await onEvent(verifyWebhook(‹(›body ?? ''‹) as Buffer›, headers, ${WEBHOOK_SECRET}))
        return reply.code(204).send()
      } catch (error) {
        if (!(error instanceof WebhookError)) throw error
        return reply.code(400).send({ reason: error.reason })
      }
    })
  })
}
`

const HONO = `\
import { Stackgate, stackgateHandler } from '@stackgate/client/server'
import { gate } from '@stackgate/client/server/hono'
import { verifyWebhookRequest, WebhookError‹, type WebhookEvent› } from '@stackgate/client/webhooks'
import { Hono‹, type Context› } from 'hono'

${CUSTOMER('Request')}
${EVENT}
${CLIENT.replace('identify: customerOf', 'identify: ({ req }‹: Context›) => customerOf(req.raw)')}
const handler = stackgateHandler({ stackgate, identify: customerOf })
export const stackgateRoutes = new Hono()
stackgateRoutes.all('/api/stackgate', ({ req }) => handler(req.raw))
stackgateRoutes.post('/webhooks/stackgate', async (context) => {
  try {
    await onEvent(await verifyWebhookRequest(context.req.raw, ${WEBHOOK_SECRET}))
    return context.body(null, 204)
  } catch (error) {
    if (!(error instanceof WebhookError)) throw error
    return context.json({ reason: error.reason }, 400)
  }
})
`

const NEXT = `\
import { fetchGate, Stackgate } from '@stackgate/client/server'

${CUSTOMER('Request', 'export ')}
let client‹: Stackgate | undefined›
/** Made at the first request, because a build has no key. */
export const stackgate = ()‹: Stackgate› => (client ??= new Stackgate()) // STACKGATE_URL and STACKGATE_SECRET_KEY

‹type Gate = ReturnType<typeof fetchGate>
›/** Lets customers with a feature pass. Others receive 402 with what would give it to them. */
export const requires =
  (feature‹: Parameters<Gate>[0]›, handler‹: Parameters<Gate>[1]›) =>
  (request‹: Request›)‹: Promise<Response>› =>
    fetchGate({ stackgate: stackgate(), identify: customerOf })(feature, handler)(request)
`

const NEXT_HANDLER = `\
import { stackgateHandler } from '@stackgate/client/server'
import { customerOf, stackgate } from '${'../'.repeat(3)}stackgate'

let handler‹: ReturnType<typeof stackgateHandler> | undefined›
/** GraphQL for the browser of the customer, with your session and without a token. */
const answer = (request‹: Request›)‹: Promise<Response>› =>
  (handler ??= stackgateHandler({ stackgate: stackgate(), identify: customerOf }))(request)
export { answer as GET, answer as POST }
`

const NEXT_WEBHOOK = `\
import { verifyWebhookRequest, WebhookError‹, type WebhookEvent› } from '@stackgate/client/webhooks'

${EVENT}
export async function POST(request‹: Request›)‹: Promise<Response>› {
  try {
    await onEvent(await verifyWebhookRequest(request, ${WEBHOOK_SECRET}))
    return new Response(null, { status: 204 })
  } catch (error) {
    if (!(error instanceof WebhookError)) throw error
    return Response.json({ reason: error.reason }, { status: 400 })
  }
}
`

const NEXT_PRICING = `\
import { createStackgate } from '@stackgate/client'
import { Plans } from '@stackgate/client/documents'
import { connection } from 'next/server'

/** The plans for sale, rendered on the server. */
export default async function Pricing() {
  await connection()
  const url = process.env.STACKGATE_URL ?? 'http://127.0.0.1:4000'
  const { plans } = await createStackgate({ url: url.replace(/\\/+$/, '') + '/graphql' }).request(Plans)
  return (
    <main>
      {plans.map(({ code, name, description, prices, bullets }) => (
        <section key={code}>
          <h2>{name}</h2>
          <p>{description}</p>
          <ul>
            {prices.map(({ money, interval }) => (
              <li key={money.formatted}>
                {money.formatted} {interval ? 'every ' + interval.count + ' ' + interval.unit.toLowerCase() : 'once'}
              </li>
            ))}
            {bullets.map((bullet) => (
              <li key={bullet}>{bullet}</li>
            ))}
          </ul>
        </section>
      ))}
    </main>
  )
}
`

/** Starts the application of the test: \`call\` sends it a request. */
const TEST_APPLICATIONS = {
  express: (feature: string) => `\
const { default: express } = await import('express')
const app = express()
app.use(stackgateRoutes)
app.get('/gated', requires('${feature}'), (_request, response) => response.sendStatus(204))
const listening = app.listen(0, '127.0.0.1')
await new Promise((resolve) => listening.once('listening', resolve))
const call = (path, init) => fetch('http://127.0.0.1:' + listening.address().port + path, init)
after(() => listening.close())
`,
  fastify: (feature: string) => `\
const { default: fastify } = await import('fastify')
const app = fastify()
app.register(stackgateRoutes)
app.get('/gated', { preHandler: requires('${feature}') }, (_request, reply) => reply.code(204).send())
const address = await app.listen({ port: 0, host: '127.0.0.1' })
const call = (path, init) => fetch(address + path, init)
after(() => app.close())
`,
  hono: (feature: string) => `\
const { Hono } = await import('hono')
const app = new Hono()
app.route('/', stackgateRoutes)
app.get('/gated', requires('${feature}'), (context) => context.body(null, 204))
const call = (path, init) => app.request(path, init)
after(() => undefined)
`,
  next: (feature: string, ending: string) => `\
const { POST } = await import('./app/webhooks/stackgate/route.${ending}')
const gated = requires('${feature}', () => new Response(null, { status: 204 }))
const call = (path, init) => (path === '/gated' ? gated : POST)(new Request('http://127.0.0.1' + path, init))
after(() => undefined)
`,
}

const testFile = (application: string, module: string, feature: string, isNext: boolean): string => `\
import assert from 'node:assert/strict'
import { createHmac, randomBytes } from 'node:crypto'
import { after, test } from 'node:test'

const secret = randomBytes(24)
process.env.STACKGATE_WEBHOOK_SECRET = 'whsec_' + secret.toString('base64')
const { requires, stackgate${isNext ? '' : ', stackgateRoutes'} } = await import('./${module}')
${application}
test('the server decides for a customer', async () => {
  const check = await stackgate${isNext ? '()' : ''}.check({ customer: 'stackgate-test', feature: '${feature}' })
  assert.equal(typeof check.allowed, 'boolean')
})

test('a gate refuses a visitor', async () => {
  assert.equal((await call('/gated')).status, 401)
})

test('a webhook is accepted if it is signed, and refused otherwise', async () => {
  const body = JSON.stringify({ type: 'usage.warning', timestamp: new Date().toISOString(), data: {} })
  const time = String(Math.floor(Date.now() / 1000))
  const signature = 'v1,' + createHmac('sha256', secret).update('evt_1.' + time + '.' + body).digest('base64')
  const signed = { 'webhook-id': 'evt_1', 'webhook-timestamp': time, 'webhook-signature': signature }
  const send = async (headers) => {
    const sent = { 'content-type': 'application/json', ...headers }
    return (await call('/webhooks/stackgate', { method: 'POST', body, headers: sent })).status
  }
  assert.deepEqual([await send(signed), await send({ ...signed, 'webhook-id': 'evt_2' }), await send({})], [204, 400, 400])
})
`

/** The files of an application of Next.js, Hono, Express or Fastify. */
export function nodeFiles(application: Application, { code: feature }: Feature): AddedFiles {
  const { sources, typescript, modules } = application
  const framework = application.framework as keyof typeof TEST_APPLICATIONS
  const isNext = framework === 'next'
  const ending = typescript ? 'ts' : modules ? 'js' : 'mjs'
  const module = `stackgate.${ending}`
  const testPath = `${sources}stackgate.test.mjs`
  const files: AddedFile[] = isNext
    ? [
        { path: `${sources}${module}`, text: NEXT },
        { path: `${sources}app/api/stackgate/route.${ending}`, text: NEXT_HANDLER },
        { path: `${sources}app/webhooks/stackgate/route.${ending}`, text: NEXT_WEBHOOK },
        { path: `${sources}app/pricing/page.${ending}x`, text: NEXT_PRICING },
      ]
    : [{ path: `${sources}${module}`, text: { express: EXPRESS, fastify: FASTIFY, hono: HONO }[framework] }]
  const test = testFile(TEST_APPLICATIONS[framework](feature, ending), module, feature, isNext)
  const env = isNext ? '.env.local' : '.env'
  return {
    comment: '//',
    files: [
      ...files.map((file) => ({ ...file, text: withTypes(file.text, typescript) })),
      { path: testPath, text: test },
    ],
    env,
    install: 'npm install FOLDER/stackgate-client-*.tgz',
    lines: linesByHand(application, ending, feature),
    test: `node --env-file=${env} --test ${testPath}`,
  }
}

const withTypes = (text: string, typescript: boolean): string =>
  text.replaceAll(/‹([^›]*)›/g, (_all, types: string) => (typescript ? types : ''))

/** Lines of the application that use the files. */
function linesByHand({ framework, typescript, modules }: Application, ending: string, feature: string): string[] {
  if (framework === 'next')
    return [`import { requires } from '…/stackgate'`, `export const GET = requires('${feature}', (request) => …)`]
  const names = '{ requires, stackgateRoutes }'
  const load = modules
    ? `import ${names} from './stackgate.${typescript ? 'js' : ending}'`
    : `const ${names} = require('./stackgate.${ending}')`
  const mount = {
    express: 'app.use(stackgateRoutes)',
    fastify: 'app.register(stackgateRoutes)',
    hono: `app.route('/', stackgateRoutes)`,
  }[framework as 'express']
  const gated =
    framework === 'fastify'
      ? `app.get('/…', { preHandler: requires('${feature}') }, …)`
      : `app.get('/…', requires('${feature}'), …)`
  return [load, mount, gated]
}
