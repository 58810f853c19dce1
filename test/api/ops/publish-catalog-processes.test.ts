import { startApiProcesses, type ApiProcess } from '#test/support/api-processes.js'
import { changeableCatalog, nextTerms, type ChangeableCatalog } from '#test/support/next-catalog.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

interface Published {
  readonly catalogDraft: { readonly versions: readonly { readonly number: number }[] } | null
  readonly denial: { readonly code: string } | null
}

/** One database and one catalog file, read by a process that works in the background and by two that answer. */
describe('The catalog editor with several processes', () => {
  let server: TestServer
  let catalog: ChangeableCatalog
  let one: ApiProcess
  let other: ApiProcess
  let token: string
  let first: string
  beforeAll(async () => {
    catalog = changeableCatalog()
    server = await startTestServer({ env: { CATALOG: catalog.path } })
    ;[one, other] = (await startApiProcesses(server, 2, { CATALOG: catalog.path })) as [ApiProcess, ApiProcess]
    token = await server.token('ops@example.com', { roles: ['admin'] })
    first = (await ask<{ catalogDraft: { text: string } }>(one, '{ catalogDraft { text } }')).catalogDraft.text
  })
  afterAll(async () => {
    await Promise.all([one?.kill(), other?.kill()])
    await server?.close()
    catalog?.remove()
  })

  async function ask<Data>({ url }: ApiProcess, query: string, variables: object = {}): Promise<Data> {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
    })
    const { data, errors } = (await response.json()) as { data: Data; errors?: unknown }
    if (errors) throw new Error(JSON.stringify(errors))
    return data
  }
  const publish = async (at: ApiProcess, yaml: string, after: number): Promise<Published> =>
    (
      await ask<{ publishCatalog: Published }>(
        at,
        `mutation ($yaml: String!, $after: SafeInt!) { publishCatalog(yaml: $yaml, after: $after, reason: "Prices") {
          catalogDraft { versions { number } } denial { code } } }`,
        { yaml, after },
      )
    ).publishCatalog
  const state = (at: ApiProcess) =>
    ask<{
      plan: { prices: { money: { decimal: string } }[] }
      catalogDraft: { revision: number; text: string; versions: { number: number }[]; unpushedProviders: string[] }
    }>(
      at,
      `{ plan(code: "plus") { prices(currency: "USD") { money { decimal } } }
         catalogDraft { revision text versions { number } unpushedProviders } }`,
    )
  const priced = (month: string) => nextTerms(first).replace('month: 25.00', `month: ${month}`)
  const untilSold = (at: ApiProcess, month: string) =>
    eventually(
      () => state(at),
      ({ plan }) => plan.prices.some(({ money }) => money.decimal === month),
    )

  it('sells a published catalog at each process', async () => {
    expect((await publish(one, priced('25.00'), 1)).denial).toBeNull()
    for (const process of [one, other]) await untilSold(process, '25.00')
  })

  it('publishes one of two texts that operators publish at once at different processes', async () => {
    const [left, right] = await Promise.all([publish(one, priced('26.00'), 2), publish(other, priced('27.00'), 2)])
    expect([left, right].flatMap(({ denial }) => denial?.code ?? [])).toEqual(['INVALID_TRANSITION'])
    const month = left.denial ? '27.00' : '26.00'
    for (const process of [one, other]) await untilSold(process, month)
    expect((await state(other)).catalogDraft.versions).toHaveLength(3)
  })

  it('keeps one of two drafts that are saved at once', async () => {
    const save = (at: ApiProcess, yaml: string) =>
      ask<{ setCatalogDraft: { denial: { code: string } | null } }>(
        at,
        `mutation ($yaml: String!) { setCatalogDraft(yaml: $yaml, revision: 0) { denial { code } } }`,
        { yaml },
      )
    const saved = await Promise.all([save(one, `${first}# one\n`), save(other, `${first}# other\n`)])
    expect(saved.filter(({ setCatalogDraft: { denial } }) => denial === null)).toHaveLength(1)
    expect((await state(one)).catalogDraft).toMatchObject({ revision: 1, text: (await state(other)).catalogDraft.text })
  })

  it('completes at another process what was interrupted by the end of the first one, and starts again', async () => {
    await server.sandboxControl('POST', 'faults', {
      match: { path: '/v1/prices', method: 'POST' },
      action: 'delay',
      delay: 20_000,
      times: 1,
    })
    const interrupted = publish(one, priced('28.00'), 3).catch(() => null)
    await untilSold(other, '28.00')
    await one.kill()
    expect(await interrupted).toBeNull()
    await server.sandboxControl('DELETE', 'faults')
    expect(await publish(other, priced('28.00'), 3)).toMatchObject({ denial: null })
    await one.start()
    for (const process of [one, other]) {
      await untilSold(process, '28.00')
      const { catalogDraft } = await state(process)
      expect(catalogDraft).toMatchObject({ unpushedProviders: [], versions: { length: 4 } })
    }
  })
})
