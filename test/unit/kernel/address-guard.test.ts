import { createAddressGuard } from '#services/kernel/outbound/address-guard.js'

describe('allowed addresses', () => {
  const guard = createAddressGuard([])

  it.each(['1.1.1.1', '93.184.216.34', '2606:4700:4700::1111', '2a00:1450:4001::1', '::ffff:1.1.1.1'])(
    'include the public address %s',
    (address) => {
      expect(guard.allowsAddress(address)).toBe(true)
    },
  )

  it.each([
    ['loopback', '::1'],
    ['unspecified', '::'],
    ['IPv4-compatible loopback', '::127.0.0.1'],
    ['IPv4-compatible loopback, as URLs write it', '::7f00:1'],
    ['IPv4-compatible private, as URLs write it', '::a00:1'],
    ['IPv4-compatible public, as URLs write it', '::101:101'],
    ['IPv4-mapped loopback', '::ffff:127.0.0.1'],
    ['IPv4-mapped link-local', '::ffff:169.254.169.254'],
    ['IPv4-translated', '::ffff:0:127.0.0.1'],
    ['NAT64', '64:ff9b::127.0.0.1'],
    ['local NAT64', '64:ff9b:1::127.0.0.1'],
    ['6to4', '2002:7f00:1::'],
    ['Teredo', '2001:0:4136:e378:8000:63bf:3fff:fdd2'],
    ['ORCHID', '2001:20::1'],
    ['documentation', '2001:db8::1'],
    ['documentation of 2024', '3fff::1'],
    ['segment routing', '5f00::1'],
    ['site-local', 'fec0::1'],
    ['unique local', 'fd00::1'],
    ['link-local', 'fe80::1'],
    ['discard', '100::1'],
    ['multicast', 'ff02::1'],
    ['loopback', '127.0.0.1'],
    ['this network', '0.0.0.0'],
    ['shared', '100.64.0.1'],
    ['metadata', '169.254.169.254'],
    ['benchmarking', '198.18.0.1'],
    ['broadcast', '255.255.255.255'],
  ])('exclude %s: %s', (_kind, address) => {
    expect(guard.allowsAddress(address)).toBe(false)
  })

  it('include those in ALLOWED_PRIVATE_HOSTS in the configured form', () => {
    const named = createAddressGuard(['::7f00:1', '10.0.0.0/8'])
    expect([named.allowsAddress('::7f00:1'), named.allowsAddress('10.1.2.3')]).toEqual([true, true])
    expect(named.allowsAddress('::a01:203')).toBe(false)
  })
})
