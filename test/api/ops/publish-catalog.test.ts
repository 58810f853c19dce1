import { readFileSync, writeFileSync } from 'node:fs'
import { catalogEditor, pricesOfPlus } from '#test/support/catalog-editor.js'
import { expectInvariants } from '#test/support/invariants.js'
import { changeableCatalog, nextTerms, type ChangeableCatalog } from '#test/support/next-catalog.js'
import { subscribe } from '#test/support/subscribers.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

describe('publishCatalog', () => {
  let server: TestServer
  let catalog: ChangeableCatalog
  let editor: ReturnType<typeof catalogEditor>
  let token: string
  let first: string
  beforeAll(async () => {
    catalog = changeableCatalog()
    first = readFileSync(catalog.path, 'utf8')
    server = await startTestServer({ env: { CATALOG: catalog.path } })
    token = await server.token('ops@example.com', { roles: ['admin'] })
    editor = catalogEditor(server, token)
  })
  afterAll(async () => {
    await server.close()
    catalog.remove()
  })

  const next = () => `# Prices of the spring\n${nextTerms(first)}`
  const priceOf = async (plan: string, email: string) => {
    const { accountId } = await subscribe(server, email, { plan, interval: { unit: 'MONTH' } })
    const [paid] = await server.query<{ amount_minor: number }>(
      `select amount_minor from purchase where account_id = $1`,
      [accountId],
    )
    return paid!.amount_minor
  }

  it('denies a text with errors, with the line of each, and a reason that is missing', async () => {
    const broken = next().replace('month: 25.00', 'month: 25.001')
    const line = broken.split('\n').findIndex((each) => each.includes('25.001')) + 1
    expect(await editor.publish(broken, 1)).toMatchObject({
      code: 'INVALID_PARAMETERS',
      message: expect.stringMatching(new RegExp(`^${line}:\\d+ plans\\.plus\\.prices\\.month: `)),
    })
    expect(await editor.publish(next(), 1, ' ')).toMatchObject({ code: 'INVALID_PARAMETERS' })
    expect(await editor.publish(first, 1)).toMatchObject({ code: 'INVALID_TRANSITION' })
    expect((await editor.draft()).versions).toHaveLength(1)
  })

  it('changes nothing while a provider cannot be reached', async () => {
    await server.sandboxControl('POST', 'faults', { match: { path: '/v1/products' }, action: 'drop_before', times: 20 })
    await expect(editor.publish(next(), 1)).rejects.toThrow('UNAVAILABLE')
    await server.sandboxControl('DELETE', 'faults')
    expect(await pricesOfPlus(server)).toEqual(['20.00'])
  })

  it('sells a new price at once, at the provider too; subscribers keep theirs', async () => {
    expect(await priceOf('plus', 'early@example.com')).toBe(2000)
    await editor.save(next(), 0)
    // A double click is one publication.
    const [draft, same] = await Promise.all([1, 2].map(() => editor.publish(next(), 1)))
    expect(same).not.toHaveProperty('code')
    expect(draft).toMatchObject({ revision: 0, text: next(), fileChanged: false, unpushedProviders: [] })
    expect((await editor.draft()).versions).toMatchObject([
      { number: 2, source: 'EDITOR', reason: 'Higher costs' },
      { number: 1, source: 'FILE' },
    ])
    await eventually(
      () => pricesOfPlus(server),
      (prices) => prices.join() === '25.00',
    )
    expect(await priceOf('plus', 'late@example.com')).toBe(2500)
    const offers = await server.app.context.providers.STRIPE!.listOffers()
    const onSale = offers.prices.filter(({ active }) => active).map(({ lookupKey }) => lookupKey)
    expect(onSale).toContain('try-direct:plan:plus:month:usd:2500')
    expect(onSale).not.toContain('try-direct:plan:plus:month:usd:2000')
    expect(
      await server.query(
        `select p.amount_minor from subscription_item i join price p on p.id = i.price_id order by p.amount_minor`,
      ),
    ).toEqual([{ amount_minor: 2000 }, { amount_minor: 2500 }])
  })

  it('returns the version to a repeated call, and denies one of an operator who compared with another version', async () => {
    expect(await editor.publish(next(), 1)).toMatchObject({ versions: { length: 2 } })
    expect(await editor.publish(`${first}# other\n`, 1)).toMatchObject({
      code: 'INVALID_TRANSITION',
      issues: [{ path: ['after'] }],
    })
    const two = await Promise.all(['a', 'b'].map((end) => editor.publish(`${next()}# ${end}\n`, 2)))
    expect(two.filter(({ code }) => code === 'INVALID_TRANSITION')).toHaveLength(1)
    expect((await editor.draft()).versions).toHaveLength(3)
  })

  it('is in the audit log with its reason', async () => {
    const { data } = await server.graphql<{ auditLog: { nodes: { details: object }[] } }>(
      `{ auditLog(filter: { action: "mutation.publishCatalog" }) { nodes { details } } }`,
      {},
      token,
    )
    expect(JSON.stringify(data.auditLog.nodes)).toContain('Higher costs')
  })

  it('keeps the published catalog after a restart, in which the file was not changed', async () => {
    await server.whileStopped(() => Promise.resolve())
    editor = catalogEditor(server, token)
    expect(await pricesOfPlus(server)).toEqual(['25.00'])
    expect(server.logLines.some((line) => line.includes('an operator published counts'))).toBe(true)
    expect((await editor.draft()).versions).toHaveLength(3)
  })

  it('publishes the previous text again', async () => {
    await editor.publish(first, 3, 'The prices were wrong')
    expect((await editor.draft()).versions[0]).toMatchObject({ number: 4, source: 'EDITOR' })
    await eventually(
      () => pricesOfPlus(server),
      (prices) => prices.join() === '20.00',
    )
    expect(await priceOf('plus', 'again@example.com')).toBe(2000)
  })

  it('notices that the file was changed; the next start loads it, and the replaced version can be published again', async () => {
    writeFileSync(
      catalog.path,
      first.replace('prices: { month: 20.00, year: 200.00', 'prices: { month: 30.00, year: 200.00'),
    )
    await editor.publish(next(), 4)
    expect((await editor.draft()).fileChanged).toBe(true)
    await server.whileStopped(() => Promise.resolve())
    expect(await pricesOfPlus(server)).toEqual(['30.00'])
    expect(server.logLines.some((line) => line.includes('the catalog file was changed and replaced'))).toBe(true)
    const draft = await editor.draft()
    expect(draft.fileChanged).toBe(false)
    expect(draft.versions).toMatchObject([
      { number: 6, source: 'FILE' },
      { number: 5, source: 'EDITOR' },
      {},
      {},
      {},
      {},
    ])
    expect(await editor.publish(next(), 6)).toMatchObject({
      versions: expect.arrayContaining([expect.objectContaining({ number: 7 })]),
    })
  })

  it('takes a download that was saved as the file as the same catalog', async () => {
    const { text } = await editor.draft()
    expect(text).toBe(next())
    writeFileSync(catalog.path, text)
    await server.whileStopped(() => Promise.resolve())
    expect((await editor.draft()).versions[0]).toMatchObject({ number: 7 })
    expect(await pricesOfPlus(server)).toEqual(['25.00'])
    await expectInvariants(server)
  })
})
