import { variablesOf } from '#test/support/mutations.js'
import { newDeployment } from '#test/support/deployments.js'
import { callAs } from '#test/support/operations.js'
import { enroll } from '#test/support/test-agent.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const REISSUE = `mutation ($id: ID!, $key: String!) {
  reissueEnrolment(id: $id, key: $key) { enrolmentToken deployment { hash } denial { code } }
}`

describe('reissueEnrolment', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  it('replaces a lost token, once, until an agent has registered', async () => {
    const { hash, owner, enrolmentToken } = await newDeployment(server)
    await server.query(`update deployment set recorded_at = now() - interval '61 minutes' where hash = $1`, [hash])
    const reissue = (key: string, token: string | null = owner) => callAs(server, token, REISSUE, { id: hash, key })
    expect(await reissue('foreign', await server.token('stranger@example.com'))).toMatchObject({ code: 'NOT_FOUND' })
    const first = await reissue('one')
    expect(first).toMatchObject({ kind: 'data', value: { deployment: { hash } } })
    const { enrolmentToken: token } = (first as { value: { enrolmentToken: string } }).value
    expect(await reissue('one')).toMatchObject({ value: { code: 'SECRET_ALREADY_SHOWN' } })
    expect((await enroll(server.url, hash, enrolmentToken)).status).toBe(403)
    expect((await enroll(server.url, hash, token)).status).toBe(201)
    expect(await reissue('two')).toMatchObject({ value: { code: 'ALREADY_REGISTERED' } })
  })

  it('is denied for a stopped deployment', async () => {
    const { hash, owner } = await newDeployment(server)
    await server.query(`update deployment set status = 'STOPPED' where hash = $1`, [hash])
    const input = { deploymentHash: hash, idempotencyKey: 'one' }
    expect(await callAs(server, owner, REISSUE, variablesOf('reissueEnrolment', input))).toMatchObject({
      value: { code: 'INVALID_TRANSITION' },
    })
  })
})
