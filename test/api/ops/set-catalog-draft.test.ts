import { catalogEditor } from '#test/support/catalog-editor.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

describe('setCatalogDraft', () => {
  let server: TestServer
  let editor: ReturnType<typeof catalogEditor>
  let token: string
  beforeAll(async () => {
    server = await startTestServer()
    token = await server.token('ops@example.com', { roles: ['admin'] })
    editor = catalogEditor(server, token)
  })
  afterAll(() => server.close())

  it('saves what an operator writes, also with errors; the current catalog stays', async () => {
    const before = await editor.draft()
    expect(before).toMatchObject({ revision: 0, savedBy: null, fileChanged: false, unpushedProviders: [] })
    expect(before.versions).toMatchObject([{ number: 1, source: 'FILE', publishedBy: null, reason: null }])
    expect(before.text).toContain('# ')
    const draft = await editor.save('plans: [', 0)
    expect(draft).toMatchObject({ text: 'plans: [', revision: 1, versions: before.versions })
    expect((await editor.draft()).savedBy!.label).toContain('ops@example.com')
    expect((await editor.draft()).text).toBe('plans: [')
  })

  it('denies a save over another one, and takes the same text again', async () => {
    expect(await editor.save('business: other', 0)).toMatchObject({
      code: 'INVALID_TRANSITION',
      message: expect.stringContaining('Another operator'),
    })
    expect(await editor.save('plans: [', 0)).toMatchObject({ revision: 1 })
    const saves = await Promise.all(['one', 'two', 'three'].map((text) => editor.save(text, 1)))
    expect(saves.filter((each) => 'revision' in each && each.revision === 2)).toHaveLength(1)
    expect(saves.filter(({ code }) => code === 'INVALID_TRANSITION')).toHaveLength(2)
  })

  it('removes the draft', async () => {
    const draft = await editor.save(null, 2)
    expect(draft).toMatchObject({ revision: 0, savedAt: null })
    expect((await editor.draft()).text).toContain('business: try-direct')
    expect(await editor.save(null, 0)).toMatchObject({ revision: 0 })
  })

  it('denies a text that is too long, or that the database cannot hold', async () => {
    for (const text of ['', 'x'.repeat(200_001), 'a\u0000b'])
      expect(await editor.save(text, 0)).toMatchObject({ code: 'INVALID_PARAMETERS' })
  })

  it('is for operators, who can be restricted to reading', async () => {
    const person = await server.token('ann@example.com')
    const { errors } = await server.graphql(
      `mutation { setCatalogDraft(yaml: "x", revision: 0) { denial { code } } }`,
      {},
      person,
    )
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
    expect((await server.graphql(`{ catalogDraft { text } }`, {}, person)).data).toEqual({ catalogDraft: null })
  })
})
