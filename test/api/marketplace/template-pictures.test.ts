import { marketplaceCallers, type MarketplaceCallers } from '#test/support/marketplace-client.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const MEDIA = 'icon pictures links { label url }'
const media = {
  icon: 'https://img.example.com/icon.svg',
  pictures: ['https://img.example.com/1.png', 'https://img.example.com/2.png'],
  links: [{ label: 'Documentation', url: 'https://docs.example.com' }],
}

describe('Pictures and links of a template', () => {
  let server: TestServer
  let callers: MarketplaceCallers
  beforeAll(async () => {
    server = await startTestServer()
    callers = await marketplaceCallers(server)
  })
  afterAll(() => server.close())

  const shown = async (id: string, token: string | null = null) =>
    (
      await server.graphql<{ template: { nextVersion: object | null } | null }>(
        `query ($id: ID!) { template(by: { id: $id }) { ${MEDIA} nextVersion { ${MEDIA} } } }`,
        { id },
        token,
      )
    ).data.template

  it('are written by the vendor and reviewed with the version', async () => {
    const { vendor, admin, tokens } = callers
    const { id } = await vendor.create(media)
    expect(await shown(id, tokens['admin'])).toEqual({ ...media, nextVersion: media })
    await vendor.submit(id)
    await admin.startReview(id)
    expect((await admin.approve(id)).status).toBe('APPROVED')
    const second = {
      ...media,
      icon: null,
      pictures: [],
      links: [{ label: 'Support', url: 'https://help.example.com' }],
    }
    await vendor.update(id, { icon: null, pictures: null, links: second.links })
    expect(await shown(id)).toEqual({ ...media, nextVersion: null })
    expect((await shown(id, tokens['vera']))!.nextVersion).toEqual(second)
    await vendor.update(id, { shortDescription: 'Other texts keep the pictures' })
    await vendor.submit(id)
    await admin.startReview(id)
    await admin.approve(id)
    expect(await shown(id)).toEqual({ ...second, nextVersion: null })
    const list = await server.graphql<{ templates: { nodes: object[] } }>(
      `{ templates(first: 100) { nodes { id ${MEDIA} } } }`,
    )
    expect(list.data.templates.nodes).toContainEqual({ id, ...second })
  })

  it('are HTTPS addresses, and every problem has its path', async () => {
    const denied = await callers.vendor.create({
      icon: 'http://img.example.com/icon.svg',
      pictures: ['https://img.example.com/1.png', 'javascript:alert(1)', 'https://user:secret@img.example.com/2.png'],
      links: [{ label: ' ', url: `https://docs.example.com/${'x'.repeat(500)}` }],
    })
    expect(denied.issues.map(({ path, code }) => [path.join('.'), code])).toEqual([
      ['icon', 'INVALID_URL'],
      ['pictures.1', 'INVALID_URL'],
      ['pictures.2', 'INVALID_URL'],
      ['links.0.label', 'INVALID_PARAMETERS'],
      ['links.0.url', 'INVALID_URL'],
    ])
    const many = await callers.vendor.create({
      pictures: Array.from({ length: 11 }, (_, n) => `https://img.example.com/${n}`),
    })
    expect(many).toMatchObject({ code: 'INVALID_PARAMETERS', issues: [{ path: ['pictures'] }] })
  })

  it('are read and written over REST', async () => {
    const token = callers.tokens['vera']!
    const { id } = await callers.vendor.create()
    const changed = await server.rest('PUT', `/templates/${id}`, { token, body: media })
    expect(changed.status).toBe(200)
    expect((await server.rest('GET', `/templates/${id}`, { token })).body).toMatchObject(media)
    const denied = await server.rest('PUT', `/templates/${id}`, { token, body: { icon: 'ftp://example.com' } })
    expect(denied.body).toMatchObject({ code: 'INVALID_URL', field: 'icon' })
  })
})
