import { userInfo } from 'node:os'
import { readDatabaseUrl } from '#services/kernel/database/connection-address.js'
import { divideConnections } from '#services/kernel/database/divide-connections.js'

describe('DATABASE_URL', () => {
  it.each<[string, object]>([
    [
      'postgres://zoe:secret@db.example.com/shop',
      { host: 'db.example.com', port: 5432, user: 'zoe', password: 'secret', database: 'shop', isTlsOptional: true },
    ],
    [
      'postgresql://zoe:p%40ss%2F%25@[::1]:6543/my%20shop',
      { host: '::1', port: 6543, password: 'p@ss/%', database: 'my shop' },
    ],
    ['postgres://db/shop', { user: userInfo().username }],
    ['postgres://zoe@db', { database: 'zoe', password: '' }],
    ['postgres:///shop?host=/run/postgresql&user=zoe', { host: '/run/postgresql', user: 'zoe', tls: false }],
    ['postgres://zoe@db/shop?dbname=other&port=7000', { database: 'other', port: 7000 }],
    [
      'postgres://zoe@db/shop?options=-c%20search_path%3Dshop&application_name=till&target_session_attrs=read-write',
      { options: '-c search_path=shop', applicationName: 'till' },
    ],
    ['postgres://zoe@db/shop?sslmode=disable', { tls: false, isTlsOptional: false }],
    ['postgres://zoe@db/shop?ssl=false', { tls: false }],
    ['postgres://zoe@db/shop?sslmode=require', { tls: { rejectUnauthorized: false }, isTlsOptional: false }],
    ['postgres://zoe@db/shop?sslmode=no-verify', { tls: { rejectUnauthorized: false }, isTlsOptional: false }],
    ['postgres://zoe@db/shop?ssl=true', { tls: { checkServerIdentity: expect.any(Function) }, isTlsOptional: false }],
  ])('is read as libpq reads it: %s', (url, expected) => {
    expect(readDatabaseUrl(url)).toMatchObject(expected)
  })

  it('compares the requested host or address with the certificate', () => {
    const { tls } = readDatabaseUrl('postgres://zoe@10.0.0.5/shop?sslmode=verify-full')
    const { checkServerIdentity: check, rejectUnauthorized } = tls as Exclude<typeof tls, false>
    expect(rejectUnauthorized).toBeUndefined()
    const of = (subjectaltname: string) => check!('localhost', { subject: { CN: 'x' }, subjectaltname } as never)
    expect(of('IP Address:10.0.0.5')).toBeUndefined()
    expect(of('DNS:localhost')).toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
  })

  it.each<[string, RegExp]>([
    ['postgres://zoe:p@ss/word@db/shop', /expected a URL|@ : \/|user is missing|not supported/],
    ['postgres://zoe:50%@db/shop', /%25/],
    ['postgres://zoe@a,b/shop', /several hosts/],
    ['postgres://zoe@db/shop?port=abc', /port: expected/],
    ['postgres://zoe@db/shop?sslmode=strict', /sslmode=strict: expected disable, allow/],
    ['postgres://zoe@db/shop?schema=shop', /parameter schema is not supported/],
    ['postgres://zoe@db/shop?target_session_attrs=standby', /target_session_attrs=standby is not supported/],
    ['postgres://zoe@db/shop?channel_binding=require', /channel_binding=require is not supported/],
    ['postgres://zoe@db/shop?sslmode=verify-ca', /verify-ca requires sslrootcert/],
    ['postgres://zoe@db/shop?sslmode=verify-full&sslrootcert=/nowhere.pem', /\/nowhere.pem cannot be read \(ENOENT\)/],
    ['postgres://zoe@db/shop?sslcert=/nowhere.pem', /must be set together/],
    ['postgres:///shop?host=/run&user=zoe&sslmode=verify-full', /Unix sockets do not support TLS/],
  ])('is rejected with one sentence that never shows it: %s', (url, says) => {
    const message = (() => {
      try {
        return JSON.stringify(readDatabaseUrl(url))
      } catch (error) {
        return (error as Error).message
      }
    })()
    expect(message).toMatch(says)
    expect(message).toMatch(/^DATABASE_URL: [^\n]+$/)
    expect(message).not.toContain('zoe')
  })
})

describe('Connections of a process', () => {
  it.each([
    [null, 100, { general: 20, agents: 6, entitlements: 3 }],
    [null, 17, { general: 8, agents: 3, entitlements: 3 }],
    [8, 100, { general: 3, agents: 2, entitlements: 2 }],
    [100, 100, { general: 90, agents: 6, entitlements: 3 }],
  ])('are divided: %s requested, %s available', (wanted, room, shares) => {
    expect(divideConnections(wanted, room)).toEqual(shares)
  })

  it.each([
    [40, 17, /DATABASE_CONNECTIONS: 40 exceeds the 17/],
    [null, 9, /requires at least 10/],
  ])('are rejected: %s requested, %s available', (wanted, room, says) => {
    expect(() => divideConnections(wanted, room)).toThrow(says)
  })
})
