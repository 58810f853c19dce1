import { startTestServer, eventually, type TestServer } from '#test/support/test-server.js'
import { startSecondServer } from '#test/support/second-server-process.js'
import { person, type Person } from '#test/support/members.js'
import { createKey, revokeKey, checkWithKey } from '#test/support/api-keys.js'

describe('revokeApiKey', () => {
  let server: TestServer
  let ann: Person
  beforeAll(async () => {
    server = await startTestServer()
    ann = await person(server, 'ann@example.com')
  })
  afterAll(() => server.close())

  it("rejects a revoked key immediately, also in a second server's cache, and an expired one", async () => {
    const second = await startSecondServer(server, {})
    try {
      const { made } = await createKey(server, ann.token, { scopes: ['entitlements:read'] })
      for (const url of [server.url, second.url])
        expect(await checkWithKey(url, made!.secret)).toMatchObject({ status: 200 })
      const { data } = await revokeKey(server, ann.token, made!.apiKey.id)
      expect(await checkWithKey(server.url, made!.secret)).toEqual({ status: 401, code: 'INVALID_TOKEN' })
      await eventually(
        () => checkWithKey(second.url, made!.secret),
        ({ status }) => status === 401,
        2000,
      )
      expect((await revokeKey(server, ann.token, made!.apiKey.id)).data).toEqual(data)

      const expiresAt = new Date(Date.now() + 1500)
      const { made: short } = await createKey(server, ann.token, {
        scopes: ['entitlements:read'],
        expiresAt: expiresAt.toISOString(),
      })
      const first = await checkWithKey(server.url, short!.secret)
      if (new Date() < expiresAt) expect(first).toMatchObject({ status: 200 })
      await eventually(
        () => checkWithKey(server.url, short!.secret),
        ({ code }) => code === 'TOKEN_EXPIRED',
      )
    } finally {
      await second.kill()
    }
  })
})
