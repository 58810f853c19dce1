import { readConfig } from '#services/kernel/config/config.js'
import type { Mode } from '#services/kernel/config/mode.js'
import { checkSkew } from '#services/kernel/doctor/check-clock.js'
import { decideMigrations, decideQueues, decideVersion } from '#services/catalog/doctor/check-database.js'
import { checkKeyModes } from '#services/billing/doctor/check-keys.js'
import { decideSales } from '#services/billing/doctor/check-go-live.js'
import { decideGoLive } from '#services/catalog/doctor/check-go-live.js'
import { checkDisk, decideDisk } from '#services/catalog/doctor/check-machine.js'
import { decideEndpoint } from '#services/billing/doctor/check-provider.js'
import { decideDurability, decideEncryption, type ServerSettings } from '#services/catalog/doctor/check-server.js'
import { decideSealed } from '#services/catalog/doctor/check-sealed.js'

const NOW = new Date('2026-11-20T12:00:00Z')
const ADDRESS = new URL('https://example.com/stacker/webhooks/stripe')
const GIGABYTE = 1024 ** 3

const endpoint = (input: object = {}) => ({
  id: 'we_1',
  url: ADDRESS.href,
  enabled: true,
  events: ['*'],
  apiVersion: 'v1',
  live: true,
  ...input,
})
const decide = (endpoints: object[], mode: Mode = 'live') =>
  decideEndpoint('STRIPE', {
    mode,
    addresses: [ADDRESS, new URL('https://example.com/stacker/api/webhooks/stripe')],
    wanted: { events: ['invoice.paid', 'refund.created'], apiVersion: 'v1', id: null },
    account: { time: null, endpoints: endpoints as never },
  }).map(({ status }) => status)

describe('Findings of the doctor', () => {
  const ENDPOINTS: [string, object[], string[], Mode?][] = [
    ['one endpoint, all events', [endpoint()], ['ok']],
    ['the events that are used', [endpoint({ events: ['refund.created', 'invoice.paid', 'x.y'] })], ['ok']],
    [
      "a seed's own path, a slash at its end",
      [endpoint({ url: 'https://example.com/stacker/api/webhooks/stripe/' })],
      ['ok'],
    ],
    ['another host', [endpoint({ url: 'https://other.example.com/stacker/webhooks/stripe' })], ['problem']],
    ['another path', [endpoint({ url: 'https://example.com/webhooks/stripe' })], ['problem']],
    ['none at all', [], ['problem']],
    ['one that is off', [endpoint({ enabled: false })], ['problem']],
    ['off and on', [endpoint({ enabled: false }), endpoint()], ['ok']],
    ['two', [endpoint(), endpoint()], ['warning']],
    ['an event is missing', [endpoint({ events: ['invoice.paid'] })], ['problem']],
    ['an old version', [endpoint({ apiVersion: 'v0' })], ['problem']],
    ["the account's version", [endpoint({ apiVersion: null })], ['problem']],
    ['a test endpoint, live server', [endpoint({ live: false })], ['problem']],
    ['a live endpoint, test server', [endpoint()], ['problem'], 'test'],
    [
      'on this machine, in the sandbox',
      [endpoint({ url: 'http://127.0.0.1:4000/stacker/webhooks/stripe', live: false })],
      ['ok'],
      'sandbox',
    ],
    ['an address that is none', [endpoint({ url: 'nonsense' })], ['problem']],
  ]
  it.each(ENDPOINTS.map(([what, found, expected, mode = 'live']) => [what, found, expected, mode] as const))(
    'of an endpoint: %s',
    (_what, endpoints, expected, mode) => {
      expect(decide(endpoints, mode)).toEqual(expected)
    },
  )

  it.each([
    [0, 'ok'],
    [1_900, 'ok'],
    [-2_100, 'warning'],
    [29_000, 'warning'],
    [-31_000, 'problem'],
  ])('of a clock that is %d ms off: %s', (skew, status) => {
    expect(checkSkew('clock', new Date(NOW.getTime() + skew), NOW, 'theirs').status).toBe(status)
  })

  it.each([
    [0.1, 'problem'],
    [1, 'warning'],
    [3, 'ok'],
  ])('of %d GB of free disk: %s', (free, status) => {
    expect(decideDisk('/data', free * GIGABYTE, 100 * GIGABYTE).status).toBe(status)
  })

  it('of the disk of a data folder that the first start has yet to make', () => {
    const { status, found } = checkDisk('/tmp/stackgate-doctor/not/yet')
    expect([found.includes('ENOENT') || status === 'skipped', found]).toEqual([
      false,
      expect.stringContaining('/tmp/stackgate-doctor/not/yet'),
    ])
  })

  it.each([
    [['a', 'b'], ['a', 'b'], 'ok'],
    [['a'], ['a', 'b'], 'problem'],
    [['a', 'b', 'c'], ['a', 'b'], 'warning'],
    [[], ['a'], 'problem'],
  ])('of migrations %j where the release has %j: %s', (applied, release, status) => {
    expect(decideMigrations(applied, release).map((finding) => finding.status)).toEqual([status])
  })

  it.each([
    [0, 0, 0, 'ok'],
    [500, 10, 0, 'ok'],
    [1, 121, 0, 'problem'],
    [0, 0, 1, 'warning'],
  ])('of a queue with %d waiting for %d s and %d dead: %s', (waiting, oldestSeconds, dead, status) => {
    expect(decideQueues([{ queue: 'inbox', waiting, oldestSeconds, dead }])[0]!.status).toBe(status)
  })

  it.each([
    [{ k1: 3 }, [], ['k1'], 'ok'],
    [{ k1: 3, k2: 1 }, [], ['k1', 'k2'], 'warning'],
    [{ k1: 3, k2: 0 }, [], ['k1', 'k2'], 'ok'],
    [{ k1: 3 }, ['agent.token_sealed of agt_1'], ['k1'], 'problem'],
    [{}, [], [], 'ok'],
  ])('for sealed secrets %j, unopened %j: %s', (byKey, unopened, keys, status) => {
    expect(decideSealed({ byKey: byKey, unopened }, keys)[0]!.status).toBe(status)
  })

  it.each([
    ['live', 'rk_live_1', null, 'ok'],
    ['live', 'rk_live_1', 'pk_live_1', 'ok'],
    ['live', 'sk_live_1', 'pk_live_1', 'warning'],
    ['live', 'rk_test_1', null, 'problem'],
    ['live', 'rk_live_1', 'pk_test_1', 'problem'],
    ['test', 'sk_live_1', null, 'problem'],
    ['test', 'sk_test_1', 'pk_test_1', 'ok'],
    ['sandbox', 'sk_test_sandbox_1', 'pk_test_sandbox', 'ok'],
  ] as const)('for keys in %s mode, %s and %s: %s', (mode, secretKey, publishableKey, status) => {
    const found = checkKeyModes({ mode, stripe: { secretKey, publishableKey, webhookSecrets: [], apiUrl: null } })
    expect(found.map((finding) => finding.status)).toEqual([status])
  })

  const LIVE = {
    STRIPE_SECRET_KEY: 'rk_live_1',
    STRIPE_PUBLISHABLE_KEY: 'pk_live_1',
    STRIPE_WEBHOOK_SECRET: 'whsec_1',
    PUBLIC_URL: 'https://example.com/stacker/',
    AUTH_JWKS_URL: 'https://auth.example.com/jwks',
    SECRETS_KEY: 'a key of sixteen and more',
    DATABASE_URL: 'postgres://db/stackgate',
    SMTP_URL: 'smtp://mail.example.com',
  }
  const goLive = (changed: object, last: { hoursAgo: number; drift: number } | null = { hoursAgo: 1, drift: 0 }) => {
    const config = readConfig({ ...LIVE, ...changed })
    const comparisons = last
      ? (['STRIPE', 'PAYPAL'] as const).map((provider) => ({
          provider,
          finishedAt: new Date(NOW.getTime() - last.hoursAgo * 3600_000),
          drift: last.drift,
        }))
      : []
    return [...decideGoLive(config), ...decideSales(config, comparisons, NOW)].filter(({ status }) => status !== 'ok')
  }

  it('of a server that is ready for live mode: none', () => {
    expect(goLive({})).toEqual([])
  })

  it.each([
    ['go_live_public_url', { PUBLIC_URL: 'http://example.com' }],
    ['go_live_public_url', { PUBLIC_URL: 'https://localhost/' }],
    ['go_live_database', { DATABASE_URL: '' }],
    ['go_live_mail', { SMTP_URL: '' }],
    ['go_live_publishable_key', { STRIPE_PUBLISHABLE_KEY: '' }],
  ])('of one that is not ready: %s', (check, changed) => {
    expect(goLive(changed).map((finding) => [finding.check, finding.status])).toEqual([[check, 'problem']])
  })

  const PAYPAL = {
    PAYPAL_CLIENT_ID: 'AbcClientOfAnApp',
    PAYPAL_CLIENT_SECRET: 'SecretOfThatApp',
    PAYPAL_WEBHOOK_ID: '5GP028458E2496506',
  }
  const NO_STRIPE = { MODE: 'live', STRIPE_SECRET_KEY: '', STRIPE_PUBLISHABLE_KEY: '', STRIPE_WEBHOOK_SECRET: '' }

  it('are none for an installation with PayPal, alone or with Stripe, once it was reconciled', () => {
    expect(goLive(PAYPAL)).toEqual([])
    expect(goLive({ ...PAYPAL, ...NO_STRIPE })).toEqual([])
    expect(goLive({ ...PAYPAL, ...NO_STRIPE }, null).map(({ check }) => check)).toEqual([
      'go_live_reconciliation_paypal',
    ])
    expect(goLive(PAYPAL, null).map(({ check }) => check)).toEqual([
      'go_live_reconciliation',
      'go_live_reconciliation_paypal',
    ])
  })

  it('include the reconciliation of a running server whose PayPal keys are configured only there', () => {
    const config = readConfig({ ...LIVE })
    const missing = (requested: readonly ('STRIPE' | 'PAYPAL')[]) =>
      decideSales(config, [], NOW, requested).map(({ check }) => check)
    expect(missing(['STRIPE', 'PAYPAL'])).toEqual(
      expect.arrayContaining(['go_live_reconciliation', 'go_live_reconciliation_paypal']),
    )
  })

  it.each([
    ['the one whose id we have', { id: 'WH1' }, 'ok', 'https://example.com/webhooks/paypal takes every event'],
    ['another one', { id: 'WH2' }, 'problem', 'the endpoint WH2 points here, but PAYPAL_WEBHOOK_ID is WH1'],
    ['too few events', { id: 'WH1', events: ['PAYMENT.SALE.COMPLETED'] }, 'problem', 'does not receive CHECKOUT.ORDER'],
  ])('of a PayPal webhook: %s', (_what, input, status, found) => {
    const url = new URL('https://example.com/webhooks/paypal')
    const [finding, ...more] = decideEndpoint('PAYPAL', {
      mode: 'live',
      addresses: [url],
      wanted: { events: ['PAYMENT.SALE.COMPLETED', 'CHECKOUT.ORDER.APPROVED'], apiVersion: null, id: 'WH1' },
      account: {
        time: null,
        endpoints: [{ ...endpoint({ url: url.href, apiVersion: null }), ...input }],
      },
    })
    expect(more).toEqual([])
    expect(finding).toMatchObject({ status, found: expect.stringContaining(found) as string })
  })

  it.each([
    [null, 'problem'],
    [{ hoursAgo: 50, drift: 0 }, 'warning'],
    [{ hoursAgo: 2, drift: 1 }, 'problem'],
  ])('of a last reconciliation at %j: %s', (last, status) => {
    expect(goLive({}, last).map((finding) => [finding.check, finding.status])).toEqual([
      ['go_live_reconciliation', status],
    ])
  })

  it.each([
    ['14.9', 'problem'],
    ['15.0', 'ok'],
    ['18.4 (Debian 18.4-1)', 'ok'],
    ['19beta1', 'warning'],
  ])('knows PostgreSQL %s', (version, status) => {
    expect(decideVersion(version).status).toBe(status)
  })

  const settings: ServerSettings = {
    fsync: 'on',
    fullPageWrites: 'on',
    synchronousCommit: 'remote_apply',
    isReadOnly: false,
    isEncrypted: false,
  }

  it('warns of plain text between machines, and of nothing else', () => {
    const hosts = [null, '/run/postgresql', 'localhost', '127.0.0.1', '::1', 'db.example.com', '10.0.0.1']
    expect(hosts.map((host) => decideEncryption(settings, host).status)).toEqual([
      ...Array.from({ length: 5 }, () => 'ok'),
      'warning',
      'warning',
    ])
    expect(decideEncryption({ ...settings, isEncrypted: true }, 'db.example.com').status).toBe('ok')
    expect(decideDurability(settings, 'live').status).toBe('ok')
    expect(decideDurability({ ...settings, fullPageWrites: 'off' }, 'live').status).toBe('problem')
  })
})
