import { startTestServer, type TestServer } from '#test/support/test-server.js'
import {
  marketplaceCallers,
  publishTemplate,
  type MarketplaceCallers,
  listedTemplate,
  templateOutbox,
} from '#test/support/marketplace-client.js'

const WRITTEN = `query ($id: ID!) { template(by: { id: $id }) { nextVersion { shortDescription longDescription category { code } tags stack requiredPlan { code } freeForever techStack } } }`

describe('updateTemplate', () => {
  let server: TestServer
  let market: MarketplaceCallers
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-02T09:00:00Z' })
    market = await marketplaceCallers(server)
  })
  afterAll(() => server.close())

  it('keeps the published version during the next review, and replaces it at its approval', async () => {
    const { id, slug } = await publishTemplate(market.vendor, market.admin, { name: 'First face' })
    expect(await market.vendor.update(id, { name: 'Second face' })).toMatchObject({
      status: 'APPROVED',
      name: 'First face',
      version: 1,
      nextVersion: { number: 2, status: 'DRAFT', name: 'Second face' },
    })
    await market.vendor.submit(id)
    expect(await listedTemplate(server, slug)).toMatchObject({ name: 'First face', version: 1 })
    await market.admin.startReview(id)
    await market.admin.reject(id, 'Not this one.')
    expect(await listedTemplate(server, slug)).toMatchObject({ name: 'First face', version: 1 })
    const rejected = (await templateOutbox(server, id)).at(-1)!
    expect(rejected).toMatchObject({ type: 'template.rejected', payload: { listed: true, reason: 'Not this one.' } })
    await market.vendor.update(id, { name: 'Third face' })
    await market.vendor.submit(id)
    await market.admin.startReview(id)
    expect(await market.admin.approve(id)).toMatchObject({ name: 'Third face', version: 2, status: 'APPROVED' })
    expect(await listedTemplate(server, slug)).toMatchObject({ name: 'Third face', version: 2 })
    expect((await templateOutbox(server, id)).at(-1)).toMatchObject({
      type: 'template.updated',
      payload: { version: 2, listed: true },
    })
  })

  it('clears values with null, and keeps what is left out', async () => {
    const content = {
      shortDescription: 'Short',
      longDescription: 'Long',
      category: 'cms',
      tags: ['one'],
      stack: 'n8n',
      requiredPlan: 'plus',
      techStack: { language: 'PHP' },
    }
    const { id } = await market.vendor.create(content)
    const written = async () =>
      (
        await server.graphql<{ template: { nextVersion: Record<string, unknown> } }>(
          WRITTEN,
          { id },
          market.tokens['vera'],
        )
      ).data.template.nextVersion
    await market.vendor.update(id, { tags: ['two'] })
    expect(await written()).toMatchObject({
      ...content,
      category: { code: 'cms' },
      requiredPlan: { code: 'plus' },
      tags: ['two'],
    })
    await market.vendor.update(id, Object.fromEntries(Object.keys(content).map((name) => [name, null])))
    expect(await written()).toEqual({
      shortDescription: null,
      longDescription: null,
      category: null,
      tags: [],
      stack: 'custom',
      requiredPlan: null,
      freeForever: false,
      techStack: null,
    })
    const denied = await market.vendor.update(id, { name: null, definition: null, tags: [''] })
    expect(denied.issues.map(({ path }) => path)).toEqual([
      ['input', 'name'],
      ['input', 'tags', '0'],
      ['input', 'definition'],
    ])
  })

  it('does nothing for a repeated key', async () => {
    const { id } = await market.vendor.create()
    const events = async () => (await templateOutbox(server, id)).length
    const rename = { id, input: { name: 'Once' }, key: 'rename' }
    await market.vendor.change('updateTemplate', rename)
    await market.vendor.update(id, { name: 'Later' })
    const before = await events()
    expect(await market.vendor.change('updateTemplate', rename)).toMatchObject({ id, name: 'Later' })
    expect(await market.vendor.change('updateTemplate', { ...rename, input: { name: 'Other' } })).toMatchObject({
      code: 'IDEMPOTENCY_MISMATCH',
    })
    const submit = { id, key: 'submit' }
    for (const attempt of [1, 2])
      expect([attempt, (await market.vendor.change('submitTemplate', submit)).status]).toEqual([attempt, 'SUBMITTED'])
    expect(await events()).toBe(before + 1)
    const removal = { id, key: 'remove' }
    for (const attempt of [1, 2]) {
      const { data } = await server.graphql<{ deleteTemplate: object }>(
        `mutation ($id: ID!, $key: String!) { deleteTemplate(id: $id, key: $key) { deletedId } }`,
        removal,
        market.tokens['root'],
      )
      expect([attempt, data.deleteTemplate]).toEqual([attempt, { deletedId: id }])
    }
  })
})
