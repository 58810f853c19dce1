import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEntitlements } from '@stackgate/client/entitlements'
import { meterTool } from '@stackgate/client/ai/mcp'
import { createUsageOutbox } from '@stackgate/client/usage-outbox'
import { fetchGate, Stackgate, StackgateError, stackgateHandler } from '@stackgate/client/server'
import { expressHandler, gate as expressGate } from '@stackgate/client/server/express'
import { fastifyHandler, gate as fastifyGate } from '@stackgate/client/server/fastify'
import { gate as honoGate } from '@stackgate/client/server/hono'
import { StackgateProvider } from '@stackgate/client/server/openfeature'
import { gate as trpcGate, GateError } from '@stackgate/client/server/trpc'
import { fastify } from 'fastify'
import fc from 'fast-check'
import { listen } from '#test/support/listen.js'

/** All values that JavaScript can pass instead of a text, and texts without a visible character. */
const notTexts = fc.oneof(
  fc.constantFrom<unknown>(
    undefined,
    null,
    Number.NaN,
    0,
    42,
    10n,
    true,
    '',
    ' ',
    '\n\t',
    '\u200b\u2060',
    '\u202e',
    [],
    ['ann'],
    {},
    new String('ann'),
    new Date(0),
    new Error('ann'),
    Symbol('ann'),
    () => 'ann',
    Promise.resolve('ann'),
    new Uint8Array([97]),
    Object.create(null),
    { toString: () => 'ann', [Symbol.toPrimitive]: () => 'ann' },
  ),
  fc
    .anything({ withBigInt: true, withDate: true, withTypedArray: true, withNullPrototype: true })
    .filter((value) => typeof value !== 'string'),
)

/** Address without a server: a request would fail. */
const UNUSED_URL = 'http://127.0.0.1:9'
const FEATURE = 'ai_stories'
const requests: string[] = []
const stackgate = new Stackgate({
  secretKey: 'sg_test_none',
  url: UNUSED_URL,
  fetch: (url) => {
    requests.push(url)
    throw new TypeError('no request is expected')
  },
})
afterAll(() => stackgate.close())

/** Returns the status with which the gate or the handler of an entry responds for a customer, or that of its error. */
type Ask = (identify: () => never) => Promise<number>

const app = (url = '/') => new Request(`https://app.example.com${url}`)
const QUERY = '{"query":"{ __typename }"}'
const query = () => new Request('https://app.example.com/api/stackgate', { method: 'POST', body: QUERY })

async function ofExpress(handle: Parameters<typeof listen>[0], method = 'GET'): Promise<number> {
  await using server = await listen(handle)
  const response = await fetch(server.url, method === 'POST' ? { method, body: QUERY } : {})
  expect(await response.text()).not.toContain(SECRET)
  return response.status
}

async function ofFastify(add: (app: ReturnType<typeof fastify>) => unknown): Promise<number> {
  const server = fastify()
  add(server)
  const { statusCode, body } = await server.inject({ method: 'POST', url: '/', payload: { query: '{ __typename }' } })
  await server.close()
  expect(body).not.toContain(SECRET)
  return statusCode
}

async function ofResponse(answer: Promise<unknown>): Promise<number> {
  const response = (await answer) as Response
  expect(await response.text()).not.toContain(SECRET)
  return response.status
}

const CODES_OF_TRPC: Readonly<Record<string, number>> = { UNAUTHORIZED: 401, INTERNAL_SERVER_ERROR: 500 }

const SECRET = 'password=hunter2'
const quiet = { stackgate, onError: () => undefined }
const failed = (error?: unknown): never => {
  throw new Error('The entry passed the request on.', { cause: error })
}

/** The entries of the package that ask who sent a request. */
const ENTRIES: Readonly<Record<string, Ask>> = {
  'server fetchGate': (identify) => ofResponse(fetchGate({ ...quiet, identify })(FEATURE, () => failed())(app())),
  'server stackgateHandler': (identify) => ofResponse(stackgateHandler({ ...quiet, identify })(query())),
  'server/express gate': (identify) =>
    ofExpress((request, response) => void expressGate({ ...quiet, identify })(FEATURE)(request, response, failed)),
  'server/express expressHandler': (identify) =>
    ofExpress((request, response) => void expressHandler({ ...quiet, identify })(request, response, failed), 'POST'),
  'server/fastify gate': (identify) =>
    ofFastify((server) =>
      server.post('/', { preHandler: fastifyGate({ ...quiet, identify })(FEATURE) }, () => failed()),
    ),
  'server/fastify fastifyHandler': (identify) =>
    ofFastify((server) => server.post('/', fastifyHandler({ ...quiet, identify }))),
  'server/hono gate': (identify) =>
    ofResponse(honoGate({ ...quiet, identify })(FEATURE)({ req: { raw: app() } }, () => failed())),
  'server/trpc gate': (identify) =>
    trpcGate({ ...quiet, identify })(FEATURE)({ ctx: null, next: () => failed() }).then(failed, (error: unknown) => {
      if (!(error instanceof GateError)) throw error
      expect(JSON.stringify([error.message, error.cause.body])).not.toContain(SECRET)
      return CODES_OF_TRPC[error.code]!
    }),
}

/** Functions of the entries that take `identify`, by their names. */
async function entriesOfPackage(): Promise<string[]> {
  const { exports } = JSON.parse(readFileSync('packages/client/package.json', 'utf8')) as { exports: object }
  const found = Object.keys(exports)
    .filter((path) => path.startsWith('./server'))
    .map(async (path) => {
      const entry = (await import(`@stackgate/client/${path.slice(2)}`)) as object
      return Object.keys(entry)
        .filter((name) => /^[a-z]\w*$/.test(name) && /gate$|handler$/i.test(name))
        .map((name) => `${path.slice(2)} ${name}`)
    })
  return (await Promise.all(found)).flat()
}

describe('customers of a request', () => {
  it('are asked for in each entry of the package', async () => {
    expect((await entriesOfPackage()).toSorted()).toEqual(Object.keys(ENTRIES).toSorted())
  })

  it.each(Object.entries(ENTRIES))('are rejected in %s if their ID is no visible text', async (_, ask) => {
    requests.length = 0
    await fc.assert(
      fc.asyncProperty(notTexts, async (customer) => {
        expect(await ask((() => ({ customer })) as () => never)).toBe(401)
      }),
      { numRuns: 60 },
    )
    expect(await ask((() => Promise.resolve({ id: 'ann' })) as () => never)).toBe(401)
    expect(requests).toEqual([])
  })

  it.each(Object.entries(ENTRIES))('lead to a plain 500 in %s if identify throws', async (_, ask) => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom<unknown>(
          new Error(SECRET),
          new StackgateError({ code: 'UNAUTHENTICATED', message: SECRET, status: 401 }),
          Object.assign(new TypeError(SECRET), { status: 418, statusCode: 418 }),
          SECRET,
          { message: SECRET },
          undefined,
        ),
        fc.boolean(),
        async (thrown, later) => {
          const identify = (): never => {
            if (later) return Promise.reject(thrown) as never
            throw thrown
          }
          expect(await ask(identify)).toBe(500)
        },
      ),
      { numRuns: 24 },
    )
  })

  it('are refused by each method of a server before a request, with an error of 401', async () => {
    requests.length = 0
    const methods = Object.getOwnPropertyNames(Stackgate.prototype).filter(
      (name) => !['constructor', 'close'].includes(name),
    )
    expect(methods.length).toBeGreaterThan(10)
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...methods), notTexts, async (method, customer) => {
        const input = { customer, feature: FEATURE, plan: 'basic', amount: 1 }
        const call = stackgate[method as 'check'].bind(stackgate) as (given: unknown) => Promise<unknown>
        const error = await call(method === 'track' ? [{ ...input, customer: 'ann' }, input] : input).then(
          failed,
          String,
        )
        expect(error).toMatch(/^StackgateError: customer must be your ID of the customer as a text, not /)
      }),
      { numRuns: 300 },
    )
    expect(requests).toEqual([])
  })

  it('are refused by each method of the entitlements, and by the metering of tools', async () => {
    const entitlements = stackgate.entitlements
    const methods = Object.keys(entitlements).filter((name) => !['close'].includes(name))
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...methods, 'meterTool'), notTexts, async (method, accountId) => {
        // The account of a reservation is only a hint, and can be left out.
        if (['extend', 'commit', 'release'].includes(method) && accountId === undefined) return
        const input = { accountId, feature: FEATURE, amount: 1, reservationId: 'res_1' }
        const call = async (): Promise<unknown> => {
          if (method === 'watch') return entitlements.watch(accountId as string, {})
          if (method === 'recordUsage') return entitlements.recordUsage([input as never])
          if (method === 'withReservation') return entitlements.withReservation(input as never, failed)
          if (method === 'meterTool')
            return meterTool({ entitlements, accountId: () => accountId as string, feature: FEATURE }, failed)()
          return entitlements[method as 'check'](input as never)
        }
        const error = await call().then(failed, (thrown: unknown) => thrown)
        expect(error).toMatchObject({
          name: 'StackgateError',
          code: 'UNAUTHENTICATED',
          status: 401,
          message: expect.stringMatching(/^accountId must be the ID or reference of an account as a text, not /),
        })
      }),
      { numRuns: 300 },
    )
    expect(requests).toEqual([])
  })

  it('are refused by the outbox before anything is stored', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'customers-'))
    const outbox = await createUsageOutbox({ folder, url: UNUSED_URL, key: 'sg_test_none' })
    await fc.assert(
      fc.asyncProperty(notTexts, async (accountId) => {
        await expect(outbox.record({ accountId: accountId as string, feature: FEATURE })).rejects.toMatchObject({
          code: 'INVALID',
        })
      }),
    )
    expect(outbox.stats.pending).toBe(0)
    await outbox.close()
    rmSync(folder, { recursive: true })
  })

  it('have no flags in OpenFeature without a visible text', async () => {
    const provider = new StackgateProvider(stackgate)
    await fc.assert(
      fc.asyncProperty(notTexts, async (targetingKey) => {
        const context = { targetingKey: targetingKey as string }
        expect(await provider.resolveBooleanEvaluation(FEATURE, true, context)).toMatchObject({
          value: true,
          errorCode: 'TARGETING_KEY_MISSING',
        })
      }),
    )
    expect(requests).toEqual([])
  })

  it('need a key for entitlements as well', () => {
    expect(() => createEntitlements({ url: UNUSED_URL, key: '' })).toThrow('needs a service key')
  })
})
