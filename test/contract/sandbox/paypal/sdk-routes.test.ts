import { globSync, readFileSync } from 'node:fs'
import { PAYPAL_ROUTES } from '@stackgate/sandbox/paypal/routes.js'
import { startPayPalFixture, type PayPalFixture } from './sandbox-fixture.js'

/** Calls of the SDK: its source has each method with its path, in which parameters are `${…}`. */
const CALL =
  /createRequest\('([A-Z]+)'(?:, '([^']+)')?\);(?:(?!createRequest)[^])*?(?:appendTemplatePath `([^`]+)`|return req)/g

const callsOfSdk = globSync('node_modules/@paypal/paypal-server-sdk/dist/esm/controllers/*.js').flatMap((path) =>
  [...readFileSync(path, 'utf8').matchAll(CALL)].flatMap(([, method, fixed, template]) => {
    const called = fixed ?? template
    return called ? [{ method: method!, path: called.replaceAll(/\$\{[^}]+\}/g, 'X1') }] : []
  }),
)
/** Calls of `paypal-rest-sdk` 1.8.1, whose paths have a slash at their end. */
const OLDER = [
  { method: 'GET', path: '/v1/payments/billing-plans/' },
  { method: 'POST', path: '/v1/payments/billing-plans/' },
  { method: 'POST', path: '/v1/payments/billing-agreements/' },
  { method: 'POST', path: '/v1/payments/billing-agreements/X1/agreement-execute' },
]

const isSupported = ({ method, path }: { readonly method: string; readonly path: string }): boolean =>
  PAYPAL_ROUTES.some(
    (route) => route.method === method && new RegExp(`^${route.path.replaceAll(/:\w+/g, '[^/]+')}/?$`).test(path),
  )

describe('Routes that the SDKs of PayPal call', () => {
  let bench: PayPalFixture
  beforeAll(async () => {
    bench = await startPayPalFixture()
  })
  afterAll(() => bench.close())

  it('are supported, or respond with 501, with and without a slash at the end', async () => {
    const calls = [...callsOfSdk, ...OLDER].filter(({ path }) => !path.startsWith('/v1/oauth2'))
    expect(calls.length).toBeGreaterThan(35)
    const absent = calls.filter((call) => !isSupported(call))
    expect(absent).toContainEqual({ method: 'GET', path: '/v1/billing/subscriptions' })
    for (const { method, path } of calls) {
      const bare = path.replace(/\/$/, '')
      const body = method === 'GET' || method === 'DELETE' ? undefined : {}
      const [plain, slashed] = [await bench.call(method, bare, body), await bench.call(method, `${bare}/`, body)]
      expect([method, path, slashed.status]).toEqual([method, path, plain.status])
      if (!isSupported({ method, path }))
        expect([method, path, plain.status, plain.body['name']]).toEqual([
          method,
          path,
          501,
          'NOT_IMPLEMENTED_IN_SANDBOX',
        ])
    }
  })
})
