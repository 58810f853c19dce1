import { startReplica } from '#test/support/in-process-replica.js'
import { createSeededRandom } from '#test/support/seeded-random.js'
import { startTestServer } from '#test/support/test-server.js'
import { createVirtualTimers } from '#test/support/virtual-timers.js'

describe('two servers in one process', () => {
  it('have their own time: a key expires on the one whose hour has passed', async () => {
    const server = await startTestServer()
    const timers = createVirtualTimers(Date.now())
    const replica = await timers.until(startReplica(server, { timers, random: createSeededRandom(1) }))
    const key = await server.serviceKey(['entitlements:read'])
    await server.query(`update service_key set expires_at = now() + interval '1 hour' where name = 'test'`)
    const codeAt = async (url: string) => {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
        body: JSON.stringify({ query: '{ __typename }' }),
      })
      const { errors } = (await response.json()) as { errors?: { extensions: { code: string } }[] }
      return errors?.[0]?.extensions.code ?? response.status
    }
    const codes = async () => [await codeAt(server.url), await timers.until(codeAt(replica.url))]
    expect(await codes()).toEqual([200, 200])
    // The key was made by the database's time, and the replica's time is a little behind it.
    timers.skip(2 * 3_600_000)
    expect(await codes()).toEqual([200, 'TOKEN_EXPIRED'])
    await timers.until(replica.close())
    await server.close()
  })
})
