import { SetLanguage, UpsertAccount, Viewer } from '@stackgate/client/documents'
import { change, mailedToken, person, type Person } from '#test/support/members.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

describe('setLanguage', () => {
  let server: TestServer
  let ann: Person
  let accounts: string
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-01-15T10:00:00Z' })
    ann = await person(server, 'ann@example.com')
    accounts = await server.serviceKey(['accounts:write'])
  })
  afterAll(() => server.close())

  const set = async (language: 'DE' | 'EN' | 'ES' | null, token = ann.token) => {
    const { data, errors } = await server.graphql(SetLanguage, { language }, token)
    return errors ? errors[0]!.extensions.code : data.setLanguage
  }
  const languageOf = async (token: string) => (await server.graphql(Viewer, {}, token)).data.viewer!.language
  const subjectsTo = async (email: string) =>
    (
      await server.query<{ text: string }>(
        `select language || ': ' || subject as text from mail_message where recipient = $1 order by id`,
        [email],
      )
    ).map(({ text }) => text)
  const invite = (email: string) => change(server, ann, `inviteMember(email: "${email}", role: MEMBER)`)

  it('is of the person, in every session, until it is removed', async () => {
    expect(await languageOf(ann.token)).toBeNull()
    expect(await set('DE')).toMatchObject({ language: 'DE' })
    expect(await languageOf(await server.token('ann@example.com'))).toBe('DE')
    expect(await set(null)).toMatchObject({ language: null })
    expect(await languageOf(ann.token)).toBeNull()
  })

  it('is refused to services and anonymous callers, and for other languages', async () => {
    expect(await set('DE', accounts)).toBe('FORBIDDEN')
    const other = await server.graphql(`mutation { setLanguage(language: FR) { denial { code } } }`, {}, ann.token)
    expect(other.errors).toHaveLength(1)
    const anonymous = await server.graphql(SetLanguage, { language: 'DE' })
    expect(anonymous.errors![0]!.extensions.code).toBe('UNAUTHENTICATED')
  })

  it('is that of the pages on which the person pays', async () => {
    const [dora, none] = [await person(server, 'dora@example.com'), await person(server, 'none@example.com')]
    const start = async ({ token }: Person) => {
      const { data } = await server.graphql<{ startSubscription: { url: string } }>(
        `mutation { startSubscription(input: { provider: STRIPE, plan: "plus" }, key: "page") { checkout { url } } }`,
        {},
        token,
      )
      return (await fetch(data.startSubscription.url)).text()
    }
    await set('DE', dora.token)
    const [german, english] = [await start(dora), await start(none)]
    expect(german).toContain('<html lang="de">')
    expect(german.replaceAll(/\s/g, ' ')).toContain('20,00 $ bezahlen')
    expect(english).toContain('Pay $20.00')
  })

  it('is that of mails to the person; otherwise they are in that of the account, and then of its owner', async () => {
    const [bob, spanish] = [await person(server, 'bob@example.com'), await person(server, 'sol@example.com')]
    await set('ES', spanish.token)
    await set('DE')
    await invite('new@example.com')
    await invite('sol@example.com')
    await server.graphql(UpsertAccount, { account: ann.accountId, input: { language: 'es-MX' } }, accounts)
    await invite('bob@example.com')
    expect(await subjectsTo('new@example.com')).toEqual([`DE: ann@example.com lädt Sie zu ann@example.com ein`])
    expect(await subjectsTo('sol@example.com')).toEqual([`ES: ann@example.com le invita a ann@example.com`])
    expect(await subjectsTo(bob.email)).toEqual([`ES: ann@example.com le invita a ann@example.com`])
    // The link works in every language.
    expect(await mailedToken(server, bob.email)).toMatch(/^[\w-]{43}$/)
  })

  it('is that of mails about the account to each of its owners, with dates of the locale', async () => {
    const { data } = await server.graphql<{ deleteAccount: { denial: unknown } }>(
      `mutation ($id: ID!) { deleteAccount(accountId: $id, key: "d") { denial { code } } }`,
      { id: ann.accountId },
      ann.token,
    )
    expect(data.deleteAccount).toMatchObject({ __typename: 'AccountJob' })
    const [mail] = await server.query<{ body: string; html: string }>(
      `select body, html from mail_message where recipient = $1 and subject like 'Das Konto%'`,
      [ann.email],
    )
    expect(mail!.body).toContain('am 29. Januar 2026 (UTC)')
    expect(mail!.html).toContain('Zur Abrechnung')
  })

  it('is that of a page of PayPal', async () => {
    const cem = await person(server, 'cem@example.com')
    await set('ES', cem.token)
    const { data } = await server.graphql<{ startSubscription: { url: string } }>(
      `mutation { startSubscription(input: { plan: "plus", provider: PAYPAL }, key: "cem") { checkout { url } denial { code } } }`,
      {},
      cem.token,
    )
    expect(await (await fetch(data.startSubscription.url)).text()).toContain('<html lang="es">')
  })
})
