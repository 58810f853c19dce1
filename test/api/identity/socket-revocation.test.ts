import { randomUUID } from 'node:crypto'
import { revokeKey } from '#test/support/api-keys.js'
import { editPolicy } from '#test/support/policies.js'
import { recordStream, type StreamRecorder } from '#test/support/graphql-stream.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { change, joinAccount, person, type Person } from '#test/support/members.js'
import { startReplica } from '#test/support/in-process-replica.js'
import { socketEnd } from '#test/support/sockets.js'

const EVENTS = `subscription ($id: ID) { billingEvents(accountId: $id) { ... on Event { type } } }`

/** Failed with the code of revoked access, and not complete. */
const isRefused = ({ ended, errors }: StreamRecorder<unknown>): boolean =>
  !ended && errors.some((error) => (error as { extensions?: { code?: string } }).extensions?.code === 'FORBIDDEN')

describe('Revoked access ends open sockets on every server', () => {
  let server: TestServer
  let replica: { url: string; close(): Promise<void> }
  let admin: string
  let ann: Person
  let servers: string[]
  beforeAll(async () => {
    server = await startTestServer()
    replica = await startReplica(server)
    servers = [server.url, replica.url]
    admin = await server.token('root@example.com', { roles: ['admin'] })
    ann = await person(server, 'ann@example.com')
  })
  afterAll(async () => {
    await replica.close()
    await server.close()
  })

  const key = async (accountId: string | null) => {
    const { data } = await server.graphql<{ createApiKey: { secret: string; apiKey: { id: string } } }>(
      `mutation ($input: CreateApiKeyInput!, $key: String!) { createApiKey(input: $input, key: $key) { secret apiKey { id } } }`,
      { input: { name: 'listener', scopes: ['billing:read'], accountId }, key: randomUUID() },
      admin,
    )
    return data.createApiKey
  }
  const listen = (token: string) =>
    Promise.all(servers.map((url) => recordStream<{ type: string }>(url, token, EVENTS, { id: ann.accountId })))
  /** Causes an event that authorized subscribers receive. */
  const happens = (email: string) => change(server, ann, `inviteMember(email: "${email}", role: MEMBER)`)

  it('closes subscriptions and sockets of a revoked key, and of no other', async () => {
    const [gone, stays] = [await key(ann.accountId), await key(ann.accountId)]
    const sockets = servers.map((url) => socketEnd(url, `Bearer ${gone.secret}`))
    const [hers, others] = [await listen(gone.secret), await listen(stays.secret)]
    await revokeKey(server, admin, gone.apiKey.id)
    expect(await Promise.all(sockets)).toEqual(
      servers.map(() => ({ code: 4410, reason: 'Token revoked', connected: true })),
    )
    await eventually(() => hers.every(({ errors }) => errors.length > 0), Boolean, 5_000)
    expect(hers.map(({ ended }) => ended)).toEqual(hers.map(() => false))
    await happens('after-the-key@example.com')
    for (const one of others) await one.until((events) => events.some(({ type }) => type === 'member.invited'))
    expect(hers.flatMap(({ events }) => events.map(({ type }) => type))).not.toContain('member.invited')
    for (const url of servers)
      expect(await socketEnd(url, `Bearer ${gone.secret}`)).toMatchObject({ code: 4403, connected: false })
    for (const one of [...hers, ...others]) await one.stop()
  })

  it('closes the subscriptions of a removed member', async () => {
    const bob = await joinAccount(server, ann, 'bob@example.com')
    const [hers, his] = [await listen(ann.token), await listen(bob.token)]
    await change(server, ann, `removeMember(userId: "${bob.userId}")`)
    await eventually(() => his.every(isRefused), Boolean, 5_000)
    await happens('after-bob@example.com')
    for (const one of hers) await one.until((events) => events.some(({ type }) => type === 'member.invited'))
    expect(his.flatMap(({ events }) => events.map(({ type }) => type))).not.toContain('member.invited')
    for (const one of [...hers, ...his]) await one.stop()
  })

  it('closes the subscriptions that only a removed policy allowed', async () => {
    const developer = await server.token('dev@example.com', { roles: ['developer'] })
    const rule = { subject: 'developer', object: 'billing', action: 'read' }
    const { data } = await editPolicy(server, admin, 'add', rule)
    const listening = await eventually(
      async () => {
        const all = await listen(developer)
        if (all.every(({ errors }) => errors.length === 0)) return all
        for (const one of all) await one.stop()
        return null
      },
      (all) => all !== null,
    )
    const hers = await listen(ann.token)
    await editPolicy(server, admin, 'remove', { id: data.edited.id })
    await eventually(() => listening!.every(isRefused), Boolean, 5_000)
    expect(hers.map(({ ended }) => ended)).toEqual([false, false])
    for (const one of [...listening!, ...hers]) await one.stop()
  })
})
