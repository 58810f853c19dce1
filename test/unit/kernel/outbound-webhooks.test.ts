import {
  DISABLE_AFTER_SECONDS,
  nextAttemptAt,
  RETRY_SECONDS,
} from '#services/kernel/outbound-webhooks/retry-schedule.js'
import { validateEventTypes } from '#services/kernel/events/event-filter.js'
import { readEndpointUrl } from '#services/kernel/outbound-webhooks/validate-endpoint.js'

describe('retry schedule', () => {
  it('covers three days, with short intervals first', () => {
    const seconds = RETRY_SECONDS.reduce((sum, wait) => sum + wait, 0)
    expect(seconds).toBeGreaterThan(71 * 3600)
    expect(seconds).toBeLessThanOrEqual(3 * 24 * 3600)
    expect(RETRY_SECONDS.toSorted((a, b) => a - b)).toEqual(RETRY_SECONDS)
    expect(nextAttemptAt(1, null, 0)).toBe(5)
    expect(nextAttemptAt(RETRY_SECONDS.length, null, 0)).toBe(24 * 3600)
    expect(nextAttemptAt(RETRY_SECONDS.length + 1, null, 0)).toBeNull()
    expect(DISABLE_AFTER_SECONDS).toBeLessThan(seconds)
  })

  it.each([
    ['a receiver that asks for a minute gets it', 1, 60, 60],
    ['one that asks for less than planned gets the plan', 4, 1, 1800],
    ['one that asks for a month gets a day', 1, 2_592_000, 86_400],
  ])('%s', (_what, attempts, requested, expected) => {
    expect(nextAttemptAt(attempts, requested, 0)).toBe(expected)
  })
})

describe('URL of an endpoint', () => {
  const url = (
    text: string,
    over: { mode?: 'sandbox' | 'test' | 'live'; host?: string; accountId?: string | null; allowed?: string[] } = {},
  ) => {
    const config = {
      mode: over.mode ?? 'live',
      host: over.host ?? '0.0.0.0',
      privateTargets: over.allowed ?? [],
    } as const
    const read = readEndpointUrl(config, over.accountId === undefined ? 'acc_1' : over.accountId, text)
    return read.problem ?? read.url
  }

  it('names ALLOWED_PRIVATE_HOSTS only to callers who can set it', () => {
    const hint =
      'url must resolve to a public address; ALLOWED_PRIVATE_HOSTS=localhost in the environment of the server allows it.'
    expect(url('http://localhost:3000/', { mode: 'sandbox' })).toBe(hint)
    expect(url('https://localhost/', { accountId: null })).toBe(hint)
    expect(url('http://localhost:3000/', { mode: 'sandbox', allowed: ['localhost'] })).toBe('http://localhost:3000/')
  })

  it.each(['http://localhost:3000/', 'http://127.0.0.1:3000/', 'http://[::1]:3000/'])(
    '%s is allowed in a sandbox that serves only its own machine',
    (text) => {
      expect(url(text, { mode: 'sandbox', host: '127.0.0.1' })).toBe(text)
      for (const [mode, host] of [
        ['sandbox', '0.0.0.0'],
        ['test', '127.0.0.1'],
        ['live', '127.0.0.1'],
      ] as const)
        expect(url(text, { mode, host })).toMatch(/^url must resolve to a public address/)
    },
  )

  it.each([
    ['https://example.com/hooks?a=1#part', 'https://example.com/hooks?a=1'],
    ['nonsense', 'url must be an https URL.'],
    ['ftp://example.com/', 'url must be an https URL.'],
    [`https://example.com/${'x'.repeat(2000)}`, 'url must be an https URL.'],
    ['https://user:secret@example.com/', 'url must not contain credentials.'],
    ['http://example.com/', 'url must be an https URL in live mode.'],
    ['http://93.184.215.14/', 'url must be an https URL in live mode.'],
    ['https://127.0.0.1/', 'url must resolve to a public address.'],
    ['https://2130706433/', 'url must resolve to a public address.'],
    ['https://0x7f.1/', 'url must resolve to a public address.'],
    ['https://[::1]/', 'url must resolve to a public address.'],
    ['https://[::ffff:10.0.0.1]/', 'url must resolve to a public address.'],
    ['https://169.254.169.254/latest/meta-data', 'url must resolve to a public address.'],
    ['https://10.1.2.3/', 'url must resolve to a public address.'],
    ['https://100.64.0.1/', 'url must resolve to a public address.'],
    ['https://[fd00::1]/', 'url must resolve to a public address.'],
    ['https://localhost/', 'url must resolve to a public address.'],
  ])('%s: %s', (text, expected) => {
    expect(url(text)).toBe(expected)
  })

  it("can be private only for the operator's own endpoints, or in the sandbox", () => {
    const allowed = ['10.0.0.0/8']
    expect(url('https://10.1.2.3/', { allowed })).toBe('url must resolve to a public address.')
    expect(url('http://10.1.2.3/', { allowed, accountId: null })).toBe('http://10.1.2.3/')
    expect(url('http://10.1.2.3/', { allowed, mode: 'sandbox' })).toBe('http://10.1.2.3/')
    expect(url('http://example.com/', { mode: 'test' })).toBe('http://example.com/')
  })
})

describe('types of an endpoint', () => {
  it('are sorted and unique', () => {
    expect(validateEventTypes(['invoice.*', '*', 'invoice.*', 'subscription.activated'])).toEqual([
      '*',
      'invoice.*',
      'subscription.activated',
    ])
  })

  it.each([
    [[], 'types must contain 1 to 50 items.'],
    [['ok', 'Not Ok'], 'types.1: expected an event type, for example invoice.*, or *.'],
    [['*.activated'], 'types.0: expected an event type, for example invoice.*, or *.'],
    [["x'; drop table"], 'types.0: expected an event type, for example invoice.*, or *.'],
  ])('%j: %s', (types, message) => {
    expect(() => validateEventTypes(types)).toThrow(message)
  })
})
