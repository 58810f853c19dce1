import { parseMessage, parseOrigin } from '../src/messages.js'

describe('parseMessage', () => {
  it.each([
    { type: 'pluginReady', pluginType: 'onboardingWizard' },
    { type: 'pluginReady', pluginType: 'onboardingWizard', pluginId: '7', acks: true },
    { type: 'stripeCallback', status: 'success', sessionId: 'cs_test_a1-B2' },
    { type: 'stripeCallback', status: 'cancel' },
    { type: 'stripeCallback', status: 'portal_return' },
    { type: 'stripeCallbackReceived', status: 'success' },
    { type: 'stripeRedirect', url: 'https://checkout.stripe.com/c/pay/cs_1', requestId: '1' },
    { type: 'stripeRedirectAccepted', requestId: '1' },
    { type: 'stripeRedirectRefused', requestId: '1', reason: 'click' },
  ])('returns $type without its unknown fields', (message) => {
    expect(parseMessage({ ...message, unknown: 1 })).toEqual(message)
  })

  it.each([
    null,
    undefined,
    'stripeCallback',
    42,
    [],
    {},
    { type: 'StripeCallback', status: 'success' },
    { type: 'stripeCallback' },
    { type: 'stripeCallback', status: 'paid' },
    { type: 'stripeCallback', status: ['success'] },
    { type: 'stripeCallbackReceived', status: 'toString' },
    { type: 'pluginReady' },
    { type: 'pluginReady', pluginType: '' },
    { type: 'pluginReady', pluginType: 'x'.repeat(201) },
    { type: 'pluginReady', pluginType: 'a', pluginId: 7 },
    { type: 'stripeRedirect', url: 'https://checkout.stripe.com/' },
    { type: 'stripeRedirect', url: `https://${'x'.repeat(9000)}`, requestId: '1' },
    { type: 'stripeRedirectRefused', requestId: '1', reason: 'other' },
    { type: 'stripeRedirectAccepted', requestId: {} },
  ])('drops %j', (data) => {
    expect(parseMessage(data)).toBeNull()
  })

  it('leaves out a session that has no form of one, and that of another status than success', () => {
    expect(parseMessage({ type: 'stripeCallback', status: 'success', sessionId: '<b>' })).toEqual({
      type: 'stripeCallback',
      status: 'success',
    })
    expect(parseMessage({ type: 'stripeCallback', status: 'cancel', sessionId: 'cs_1' })).toEqual({
      type: 'stripeCallback',
      status: 'cancel',
    })
  })
})

describe('parseOrigin', () => {
  it.each([
    ['https://app.example.com', 'https://app.example.com'],
    ['https://app.example.com/base/', 'https://app.example.com'],
    ['https://app.example.com:443', 'https://app.example.com'],
    ['http://127.0.0.1:4100/', 'http://127.0.0.1:4100'],
  ])('reads %s as %s', (value, origin) => {
    expect(parseOrigin(value)).toBe(origin)
  })

  it.each([
    '*',
    '',
    'null',
    'app.example.com',
    'https://*.example.com',
    'javascript:alert(1)',
    'file:///etc',
    'data:,x',
    null,
    undefined,
  ])('refuses %s', (value) => {
    expect(() => parseOrigin(value)).toThrow(TypeError)
  })

  it('is the only way from text to an origin, and its type has no asterisk', () => {
    const origin = parseOrigin('https://app.example.com')
    // @ts-expect-error -- any page would receive the message
    const everyone: typeof origin = '*'
    expect(everyone).not.toBe(origin)
  })
})
