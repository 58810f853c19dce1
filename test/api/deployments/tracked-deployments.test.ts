import { StartDeployment } from '@stackgate/client/documents'
import { templateId } from '#test/support/deployments.js'
import { WebhookFixture } from '#test/support/webhook-endpoints.js'
import { ofType } from '#test/support/of-type.js'

describe('Deployments that the User Service tracks', () => {
  let hooks: WebhookFixture
  beforeAll(async () => {
    hooks = await WebhookFixture.start()
  })
  afterAll(() => hooks.close())

  it('are sent to its endpoint with hash and installation, when they start and when they stop', async () => {
    const endpoint = await hooks.create('/user-service', ['deployment.*'], hooks.admin, true)
    const { server } = hooks
    const { data } = await server.graphql(
      StartDeployment,
      { input: { templateId: await templateId(server, 'static-site') }, key: '1' },
      hooks.ann,
    )
    const { id, hash } = ofType(data.startDeployment, 'DeploymentPayload').deployment
    await server.graphql(
      `mutation ($hash: ID!) { stopDeployment(id: $hash, key: "2") { denial { code } } }`,
      { hash },
      hooks.ann,
    )
    await hooks.completed(
      endpoint.id,
      (all) => all.filter(({ status }) => status === 'DELIVERED').length === 2,
      hooks.admin,
    )
    const received = hooks.receiver.verified(endpoint.secret, '/user-service')
    expect(received.map(({ type }) => type).toSorted()).toEqual(['deployment.started', 'deployment.stopped'])
    for (const { data: sent } of received)
      expect(sent).toMatchObject({ deploymentHash: hash, projectId: id, by: expect.stringMatching(/^usr_/) })
  })
})
