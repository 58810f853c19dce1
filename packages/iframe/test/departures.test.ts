import { pageOf, withoutReturn } from '../src/departures.js'
import { redirectHosts } from '../src/redirect-hosts.js'

describe('pageOf', () => {
  it.each([
    ['/c/42/', '/c/42', null],
    ['/c/42', '/c/42', null],
    ['/c/42/plugin/7/', '/c/42', '7'],
    ['/c/42/plugin/a%20b', '/c/42', 'a b'],
    ['/c/42/settings/billing', '/c/42', null],
    ['/base/c/42/plugin/chat/', '/base/c/42', 'chat'],
    ['/c/%zz/', '/c/%zz', null],
    ['/billing/', '/billing', null],
    ['/', '', null],
  ])('splits %s', (path, page, pluginId) => {
    expect(pageOf(path)).toEqual({ page, pluginId })
  })
})

describe('withoutReturn', () => {
  it.each([
    ['', ''],
    ['?stripe_status=success&session_id=cs_1', ''],
    ['?tab=plans&stripe_status=cancel', '?tab=plans'],
    ['?q=a%20b+c&stripe_status=success&session_id=cs_1&x', '?q=a%20b+c&x'],
    ['?stripe%5Fstatus=success&my_session_id=1', '?my_session_id=1'],
    ['?stripe_status=success&stripe_status=cancel', ''],
  ])('turns %j into %j', (search, rest) => {
    expect(withoutReturn(search)).toBe(rest)
  })
})

describe('redirectHosts', () => {
  const allowed = redirectHosts(['http://127.0.0.1:4010', 'https://pay.example.com'])

  it.each([
    'https://checkout.stripe.com/c/pay/cs_test_1#fragment',
    'https://billing.stripe.com/p/session/1',
    'https://www.paypal.com/webapps/billing/subscriptions?ba_token=BA-1',
    'https://pay.example.com/c/pay/cs_1',
    'http://127.0.0.1:4010/c/pay/cs_1',
  ])('allows %s', (url) => {
    expect(allowed(url)).toBe(url)
  })

  it.each([
    'https://evil.example/',
    'https://checkout.stripe.com.evil.example/',
    'https://checkout.stripe.com@evil.example/',
    'https://user:password@checkout.stripe.com/',
    'https://checkout.stripe.com:8443/',
    'http://checkout.stripe.com/',
    'http://127.0.0.1:4011/',
    '//checkout.stripe.com/',
    '/c/pay/cs_1',
    'javascript:alert(1)//https://checkout.stripe.com/',
    'data:text/html,<script>alert(1)</script>',
    'blob:https://checkout.stripe.com/1',
    '',
  ])('refuses %s', (url) => {
    expect(allowed(url)).toBeNull()
  })

  it('refuses to be created with an address that lacks https, except on this machine', () => {
    expect(() => redirectHosts(['http://pay.example.com'])).toThrow('needs https')
    expect(() => redirectHosts(['*'])).toThrow(TypeError)
  })
})
