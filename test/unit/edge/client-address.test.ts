import type { IncomingMessage } from 'node:http'
import { clientAddress, trustedProxies } from '#edge/http/client-address.js'

const requested = (peer: string, forwarded?: string): IncomingMessage =>
  ({ socket: { remoteAddress: peer }, headers: { 'x-forwarded-for': forwarded } }) as never

describe('Client addresses behind proxies', () => {
  it.each([
    ['nobody in between', [], '203.0.113.7', undefined, '203.0.113.7'],
    ['a stranger who says otherwise', [], '203.0.113.7', '198.51.100.1', '203.0.113.7'],
    ['a proxy on this machine', [], '127.0.0.1', '203.0.113.7', '203.0.113.7'],
    ['… as IPv6 writes it', [], '::ffff:127.0.0.1', '203.0.113.7', '203.0.113.7'],
    ['a proxy that is not on the list', [], '10.0.0.2', '203.0.113.7', '10.0.0.2'],
    ['one that is', ['10.0.0.2'], '10.0.0.2', '203.0.113.7', '203.0.113.7'],
    ['one of a range', ['10.0.0.0/8'], '::ffff:10.3.0.2', '203.0.113.7', '203.0.113.7'],
    ['one of a range of IPv6', ['fd00::/8'], 'fd00::2', '2001:db8::7', '2001:db8::7'],
    [
      'two proxies, and a lie before them',
      ['10.0.0.0/8'],
      '10.0.0.2',
      '198.51.100.1, 203.0.113.7, 10.0.0.9',
      '203.0.113.7',
    ],
    ['nothing but proxies', ['10.0.0.0/8'], '10.0.0.2', '10.0.0.9', '10.0.0.2'],
    ['a name instead of an address', [], '127.0.0.1', 'unknown', 'unknown'],
  ])('%s', (_what, proxies, peer, forwarded, expected) => {
    expect(clientAddress(requested(peer, forwarded), trustedProxies(proxies))).toBe(expected)
  })
})
