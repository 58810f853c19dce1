import { randomBytes } from 'node:crypto'
import { jest } from '@jest/globals'
import { Webhook } from 'standardwebhooks'
import {
  parseEvent,
  verifyWebhook,
  verifyWebhookRequest,
  WEBHOOK_EVENT_TYPES,
  WebhookError,
  type WebhookBody,
  type WebhookEvent,
  type WebhookHeaders,
} from '@stackgate/client/webhooks'
import { wireVectors } from '#test/support/service-clients/wire-vectors.js'

const newSecret = () => `whsec_${randomBytes(24).toString('base64')}`
const secret = newSecret()
const body = JSON.stringify({
  type: 'usage.warning',
  timestamp: '2026-01-15T10:00:00.000Z',
  data: {
    accountId: 'acc_1',
    feature: 'ai_stories',
    threshold: 80,
    thresholds: [80],
    used: 20,
    previous: 19,
    limit: 25,
  },
})

const signed = (text = body, { by = secret, at = Date.now() }: { by?: string; at?: number } = {}) => ({
  'webhook-id': 'evt_1',
  'webhook-timestamp': String(Math.floor(at / 1000)),
  'webhook-signature': new Webhook(by).sign('evt_1', new Date(at), text),
})

const reasonOf = (run: () => unknown) => {
  try {
    run()
    return 'accepted'
  } catch (error) {
    return error instanceof WebhookError ? error.reason : (error as { code: string }).code
  }
}

/** The narrowing of the union, which the compiler checks. */
function describeEvent(event: WebhookEvent): string {
  if (!event.isKnown) return `unknown ${event.type}`
  switch (event.type) {
    case 'usage.warning':
      return `${event.data.feature}: ${event.data.used} of ${event.data.limit} (${event.data.thresholds.join()})`
    case 'template.updated':
      return `${event.data.slug} ${event.data.version}`
    default:
      return `${event.type} of ${event.data.accountId}`
  }
}

describe('verification of webhooks', () => {
  it.each<[string, WebhookBody, WebhookHeaders]>([
    ['text and headers of Node', body, signed()],
    ['bytes and headers of Fetch', new TextEncoder().encode(body), new Headers(signed())],
    ['a buffer and headers in lists', Buffer.from(body), { ...signed(), 'webhook-id': ['evt_1'], host: undefined }],
    ['an ArrayBuffer and other letter case', new TextEncoder().encode(body).buffer, upperCase(signed())],
  ])('accepts %s', (_name, given, headers) => {
    const event = verifyWebhook(given, headers, secret)
    expect([event.id, event.timestamp, describeEvent(event)]).toEqual([
      'evt_1',
      new Date('2026-01-15T10:00:00.000Z'),
      'ai_stories: 20 of 25 (80)',
    ])
  })

  it('accepts a Request, and each of several secrets', async () => {
    const old = newSecret()
    const request = () =>
      new Request('https://app.example.com/hooks', { method: 'POST', body, headers: signed(body, { by: old }) })
    expect(await verifyWebhookRequest(request(), [secret, old])).toMatchObject({ type: 'usage.warning', isKnown: true })
    await expect(verifyWebhookRequest(request(), secret)).rejects.toMatchObject({
      name: 'WebhookError',
      reason: 'signature',
    })
  })

  it('says why a request is rejected', () => {
    const now = Date.now()
    const reasons = {
      altered: reasonOf(() => verifyWebhook(body.replace('20', '21'), signed(), secret)),
      'another secret': reasonOf(() => verifyWebhook(body, signed(), newSecret())),
      'another id': reasonOf(() => verifyWebhook(body, { ...signed(), 'webhook-id': 'evt_2' }, secret)),
      old: reasonOf(() => verifyWebhook(body, signed(body, { at: now - 301_000 }), secret)),
      'of the future': reasonOf(() => verifyWebhook(body, signed(body, { at: now + 302_000 }), secret)),
      'another time': reasonOf(() =>
        verifyWebhook(body, { ...signed(), 'webhook-timestamp': String(Math.floor(now / 1000) + 60) }, secret),
      ),
      'no headers': reasonOf(() => verifyWebhook(body, {}, secret)),
      'a malformed time': reasonOf(() => verifyWebhook(body, { ...signed(), 'webhook-timestamp': 'now' }, secret)),
      'an empty body': reasonOf(() => verifyWebhook('', signed(''), secret)),
      'no event': reasonOf(() => verifyWebhook('[]', signed('[]'), secret)),
      'no JSON': reasonOf(() => verifyWebhook('<html>', signed('<html>'), secret)),
      'a parsed body': reasonOf(() => verifyWebhook(JSON.parse(body) as string, signed(), secret)),
      'a malformed secret': reasonOf(() => verifyWebhook(body, signed(), 'whsec_%%%')),
      'no secret': reasonOf(() => verifyWebhook(body, signed(), [])),
    }
    expect(reasons).toEqual({
      altered: 'signature',
      'another secret': 'signature',
      'another id': 'signature',
      old: 'timestamp',
      'of the future': 'timestamp',
      'another time': 'signature',
      'no headers': 'headers',
      'a malformed time': 'headers',
      'an empty body': 'body',
      'no event': 'body',
      'no JSON': 'body',
      'a parsed body': 'CONFIGURATION',
      'a malformed secret': 'CONFIGURATION',
      'no secret': 'CONFIGURATION',
    })
  })

  it('agrees with the vectors of clients in other languages', () => {
    const results = wireVectors.webhooks.map(({ body: text, headers, secrets, now }) => {
      jest.useFakeTimers({ now: now * 1000, doNotFake: ['nextTick', 'setImmediate'] })
      let type = ''
      const reason = reasonOf(() => (type = verifyWebhook(text, headers, secrets).type))
      jest.useRealTimers()
      return reason === 'accepted' ? type : reason
    })
    expect(results).toEqual(wireVectors.webhooks.map(({ expected }) => expected))
  })

  it('passes events of other types on', () => {
    const text = JSON.stringify({
      type: 'moon.landed',
      timestamp: '2026-01-15T10:00:00.000Z',
      data: { accountId: null },
    })
    const event = verifyWebhook(text, signed(text), secret)
    expect([event.isKnown, describeEvent(event)]).toEqual([false, 'unknown moon.landed'])
    expect(
      describeEvent(
        parseEvent({ type: 'account.renamed', timestamp: '2026-01-15T10:00:00.000Z', data: { accountId: 'a' } }),
      ),
    ).toBe('account.renamed of a')
  })

  it('gives each type of event its own data', () => {
    const read = (type: string, data: object) =>
      parseEvent({ type, timestamp: '2026-01-15T10:00:00.000Z', data: { accountId: 'a', ...data } })
    const sold = read('template.sold', { grossMinor: 900, amountMinor: 720 })
    const paid = read('purchase.paid', { purchaseId: 'pur_1', amountMinor: 900 })
    if (!sold.isKnown || sold.type !== 'template.sold' || !paid.isKnown || paid.type !== 'purchase.paid')
      throw new Error('other types')
    const gross: number = sold.data.grossMinor
    const purchase: string = paid.data.purchaseId
    // @ts-expect-error A sale has not the data of a template.
    const prices: readonly object[] | undefined = sold.data.prices
    expect([gross, purchase, prices]).toEqual([900, 'pur_1', undefined])
  })

  it('knows no events of streams alone', () => {
    expect(WEBHOOK_EVENT_TYPES).not.toContain('usage.recorded')
    expect(WEBHOOK_EVENT_TYPES).toContain('webhook.test')
    expect(WEBHOOK_EVENT_TYPES).not.toContain('command.queued')
    expect(WEBHOOK_EVENT_TYPES.length).toBeGreaterThan(90)
  })
})

function upperCase(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]))
}
