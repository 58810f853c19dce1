import { readFileSync } from 'node:fs'
import { buildSchema } from 'graphql'
import type { OpenApiDocument } from '#test/support/api-traffic.js'
import { deploymentWithAgent, templateId } from '#test/support/deployments.js'
import { person } from '#test/support/members.js'
import { SchemaDocuments, type Identifiers, type SchemaDocument } from '#test/support/schema-documents.js'
import { screenData, type ScreenData } from '#test/support/screens.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const documents = new SchemaDocuments(
  buildSchema(readFileSync('src/schema/schema.graphql', 'utf8'), { assumeValidSDL: true }),
)

interface Answer {
  readonly data: Record<string, unknown> | null
  readonly errors?: { readonly path?: string[]; readonly extensions: { readonly code: string } }[]
}

/** Tables with objects of accounts. */
const TABLES = `select c.table_name as name from information_schema.columns c
  where c.table_schema = 'public' and c.column_name = 'account_id'
    and exists (select 1 from information_schema.columns i where i.table_name = c.table_name and i.column_name = 'id')
  order by 1`

/**
 * Vendors are public. An agent registers with the hash of its deployment, which is random and known to its installer; a
 * second agent is refused because one is registered.
 */
const PUBLIC = ['Query.vendor(id:)', 'post /api/v1/agent/register']

describe('Isolation of tenants, made from the schema', () => {
  let server: TestServer
  let ann: ScreenData
  let stranger: string
  let hers: Identifiers
  let own: Identifiers
  let privateTexts: readonly string[]
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-30T09:00:00Z', env: { VENDOR_PAYOUTS: 'stripe' } })
    ann = await screenData(server)
    const bob = await deploymentWithAgent(server, { email: 'stranger@example.com' })
    stranger = bob.owner
    const { accountId, userId } = await person(server, 'stranger@example.com')
    own = { id: accountId, accountId, userId, hash: bob.hash, deploymentId: bob.hash, slug: ann.templateSlug }
    const ids = await idsByTable()
    hers = { ...identifiersOf(ids), ...(await otherIdentifiers()) }
    const { email, userId: annsId, accountId: annsAccount } = ann.owner
    privateTexts = [
      email,
      'bob@example.com',
      'hooks.example.com/bob',
      annsId,
      annsAccount,
      ann.served.hash,
      ...[...ids.values()].flat(),
    ]
  })
  afterAll(() => server.close())

  /** IDs of Ann's objects without numbers, which occur in every response. */
  async function idsByTable(): Promise<Map<string, string[]>> {
    const ids = new Map<string, string[]>()
    for (const { name } of await server.query<{ name: string }>(TABLES)) {
      const rows = await server.query<{ id: string }>(`select id::text from "${name}" where account_id = $1`, [
        ann.owner.accountId,
      ])
      ids.set(
        name,
        rows.map(({ id }) => id).filter((id) => /^[a-z]+_/.test(id)),
      )
    }
    return ids
  }

  /** The first of each kind, by the name of arguments: `purchaseId` for the table `purchase`. */
  const identifiersOf = (ids: Map<string, string[]>): Identifiers =>
    Object.fromEntries(
      [...ids].flatMap(([table, [first]]) =>
        first ? [[`${table.replaceAll(/_(\w)/g, (_match, letter: string) => letter.toUpperCase())}Id`, first]] : [],
      ),
    )

  async function otherIdentifiers(): Promise<Identifiers> {
    const { accountId, userId } = ann.owner
    const [row] = await server.query<Record<string, string>>(
      `select (select session_id from checkout where account_id = $1 limit 1) as "providerReference",
         (select id from billing_subscription where account_id = $1 limit 1) as "subscriptionId",
         (select id from webhook_endpoint where account_id = $1 limit 1) as "webhookEndpointId",
         (select id from service_key where account_id = $1 limit 1) as "apiKeyId",
         (select d.id from webhook_delivery d join webhook_endpoint e on e.id = d.endpoint_id where e.account_id = $1 limit 1) as "deliveryId",
         (select id from template where status = 'DRAFT' limit 1) as "templateId"`,
      [accountId],
    )
    expect(Object.entries(row!).filter(([, id]) => id === null)).toEqual([])
    const { hash } = ann.served
    return {
      ...row,
      id: accountId,
      accountId,
      object: accountId,
      userId,
      hash,
      deploymentId: hash,
      commandId: ann.logs,
      vendorId: ann.vendorId,
      slug: ann.templateSlug,
    }
  }

  const send = async (token: string, document: SchemaDocument, identifiers: Identifiers): Promise<Answer> =>
    (await server.graphql(document.text(identifiers), {}, token)) as unknown as Answer

  /** Ann's private texts in a response, except those of the request. */
  const leaksOf = (response: unknown, request: string): string[] => {
    const text = JSON.stringify(response)
    return privateTexts.filter((secret) => text.includes(secret) && !request.includes(secret))
  }

  it('reads every field, as the owner, the vendor or an operator', async () => {
    const published = await templateId(server, ann.templateSlug)
    const unread: string[] = []
    const shown = new Set<string>()
    for (const document of documents.fields()) {
      let isRead = false
      for (const token of [ann.owner.token, ann.vendor.token!, ann.operator]) {
        const answer = await send(token, document, { ...hers, templateId: published })
        isRead = !answer.errors
        leaksOf(answer, '').forEach((text) => shown.add(text))
        if (isRead) break
      }
      if (!isRead) unread.push(document.coordinate)
    }
    expect(unread).toEqual([])
    // Otherwise the tests below would prove nothing.
    expect(shown.size).toBeGreaterThan(20)
  })

  it('shows another account none of the objects in any field, by their identifiers and by its own', async () => {
    const leaks: [string, string[]][] = []
    for (const document of documents.fields())
      for (const identifiers of [hers, own]) {
        const found = leaksOf(await send(stranger, document, identifiers), document.text(identifiers))
        if (found.length > 0) leaks.push([document.coordinate, found])
      }
    expect(leaks).toEqual([])
  })

  it('responds to another account in every argument and input as if the object did not exist', async () => {
    const rows = await annsRows()
    const differences: unknown[] = []
    for (const document of documents.identifiers()) {
      if (PUBLIC.includes(document.coordinate)) continue
      const answers = [await send(stranger, document, hers), await send(stranger, document, unknownOf(hers))]
      const [foreign, unknown] = answers.map(outcomeOf)
      const leaks = leaksOf(answers[0], document.text(hers))
      if (JSON.stringify(foreign) !== JSON.stringify(unknown) || leaks.length > 0)
        differences.push([document.coordinate, foreign, unknown, leaks])
    }
    expect(differences).toEqual([])
    expect(await annsRows()).toEqual(rows)
  })

  it('responds to another account on every route as if the object did not exist', async () => {
    const { paths } = (await (await fetch(`${server.url}/openapi.json`)).json()) as OpenApiDocument
    const differences: unknown[] = []
    let count = 0
    for (const [path, methods] of Object.entries(paths))
      for (const [method, operation] of Object.entries(methods)) {
        const example = operation.requestBody?.content['application/json']?.example as
          | Record<string, unknown>
          | undefined
        const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!)
        const keys = Object.keys(example ?? {}).filter((key) => /(?:_id|hash)$/.test(key))
        if (names.length + keys.length === 0 || PUBLIC.includes(`${method} ${path}`)) continue
        count++
        const call = async (identifiers: Identifiers) => {
          const valueOf = (name: string) =>
            identifiers[name.replaceAll(/_(\w)/g, (_match, letter: string) => letter.toUpperCase())] ??
            identifiers['id']!
          const url = path.replaceAll(/\{(\w+)\}/g, (_match, name: string) => encodeURIComponent(valueOf(name)))
          const body = example && { ...example, ...Object.fromEntries(keys.map((key) => [key, valueOf(key)])) }
          const { status, body: answer } = await server.rest(method.toUpperCase(), url, { token: stranger, body })
          return {
            status,
            code: (answer as { code?: string } | null)?.code,
            leaks: leaksOf(answer, url + JSON.stringify(body)),
          }
        }
        const [foreign, unknown] = [await call(hers), await call(unknownOf(hers))]
        if (JSON.stringify(foreign) !== JSON.stringify(unknown) || foreign.leaks.length > 0 || foreign.status < 400)
          differences.push([`${method} ${path}`, foreign, unknown])
      }
    expect(differences).toEqual([])
    expect(count).toBeGreaterThan(20)
  })

  /** Rows of her account that no job in the background changes. */
  const annsRows = async () =>
    Promise.all(
      [
        'account',
        'member',
        'checkout',
        'purchase',
        'service_key',
        'webhook_endpoint',
        'invitation',
        'deployment',
        'command',
      ].map((table) =>
        server.query(`select to_jsonb(t) as row from "${table}" t where t::text like $1 order by t::text`, [
          `%${ann.owner.accountId}%`,
        ]),
      ),
    )
})

/** Identifiers of the same form that nothing has. */
const unknownOf = (identifiers: Identifiers): Identifiers =>
  Object.fromEntries(
    Object.entries(identifiers).map(([name, value]) => [name, name === 'slug' ? value : `${value.slice(0, -6)}zzzzzz`]),
  )

/** Codes, nulls, and the type and code of each root field: two responses that agree in them look alike to a caller. */
const outcomeOf = ({ data, errors }: Answer) => ({
  errors: errors?.map(({ path, extensions }) => [path?.join('.'), extensions.code]),
  data: Object.entries(data ?? {}).map(([name, value]) => {
    const { __typename: type, code } = (value ?? {}) as { __typename?: string; code?: string }
    return [name, value === null ? null : (type ?? typeof value), code]
  }),
})
