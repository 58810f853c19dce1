import { getNamedType, isLeafType, isObjectType, isRequiredArgument, type GraphQLObjectType } from 'graphql'
import { CreateApiKey, LinkAccount, UpdateBillingDetails, UpsertAccount } from '@stackgate/client/documents'
import { allResolvers } from '#modules/all-declarations.js'
import { buildGraphQLSchema } from '#schema/build-schema.js'
import { serviceMay } from '#services/identity/model/guard.js'
import { ERASED } from '#services/ops/account-data/run-deletion.js'
import { recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { billingRows } from '#test/support/billing-rows.js'
import { startCheckout } from '#test/support/buy-plan.js'
import { keyWith } from '#test/support/callers.js'
import { change, person, type Person } from '#test/support/members.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { ALL_SCOPES } from '#test/support/permissions.js'

/** Text in everything that is personal in the account, and in nothing else. */
const MARK = 'marked-person'
const CUSTOMER = 'customer:42'
/** The ID in the application is always readable. That of a person in tests is the address. */
const OWN_ID = 'externalId'
const SCOPES = ALL_SCOPES.filter((scope) => scope !== 'ops:*')
const NAMING = SCOPES.filter((scope) => serviceMay(keyWith([scope]), 'acc_1', 'members:read'))

const schema = buildGraphQLSchema(allResolvers)
const fieldsOf = (type: GraphQLObjectType) =>
  Object.values(type.getFields()).filter(({ name, args }) => !args.some(isRequiredArgument) && name !== OWN_ID)

/** Fields that are marked as personal data, with their types. */
const MARKED = Object.values(schema.getTypeMap())
  .filter(isObjectType)
  .flatMap((type) =>
    Object.values(type.getFields())
      .filter(({ extensions }) => extensions['personal'] !== undefined)
      .map(({ name }) => `${type.name}.${name}`),
  )

/** Links that are not marked: they lead to no page about a person, or the caller acts for the person on that page. */
const OPEN_LINKS: Readonly<Record<string, string>> = {
  'AccountBilling.customerUrl': 'for operators',
  'AccountJob.downloadUrl': 'requires the bearer',
  'Checkout.url': 'the caller sends the buyer there',
  'Command.parametersUrl': 'requires the bearer',
  'Command.reportUrl': 'requires the bearer',
  'Command.resultUrl': 'requires the bearer',
  'Installation.parentOrigin': 'of the installation',
  'Package.contactUrl': 'of the catalog',
  'PlanChangePayload.actionUrl': 'the caller sends the buyer there',
  'ProviderPagePayload.url': 'the caller sends the buyer there',
  'Remedy.url': 'hidden by the rule of the remedy: test/api/billing/payable-remedies.test.ts',
  'Template.icon': 'public',
  'Template.pictures': 'public',
  'TemplateLink.url': 'public',
  'TemplateVersion.icon': 'public',
  'TemplateVersion.pictures': 'public',
  'Vendor.website': 'public',
  'WebhookEndpoint.url': 'of a service',
}

/** Fields that show a name only to callers who may know the person, and otherwise an ID. */
const CHECKED = ['Actor.label', 'Actor.user']

/** A field that shows something personal: its place below the account, and the fields on the way to it. */
interface Shown {
  readonly account: string
  readonly path: readonly string[]
  readonly coordinates: readonly string[]
}

describe('Personal data of an account', () => {
  let server: TestServer
  let operator: string
  let ann: Person
  let shown: Shown[]
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
    operator = await server.token('ops@example.com', { roles: ['admin'] })
    ann = await person(server, `${MARK}-owner@example.com`)
    await server.graphql(
      UpsertAccount,
      { account: CUSTOMER, input: { name: 'Acme', billingEmail: `${MARK}@example.com`, metadata: { note: MARK } } },
      operator,
    )
    await server.graphql(LinkAccount, { account: CUSTOMER, user: ann.userId }, operator)
    const address = { country: 'GB', line1: MARK, line2: MARK, city: MARK, postalCode: MARK, region: MARK }
    const input = { accountId: CUSTOMER, name: MARK, address, purchaseOrder: MARK }
    await server.graphql(UpdateBillingDetails, { input }, ann.token)
    await server.graphql(
      `mutation { createWebhookEndpoint(input: { accountId: "${CUSTOMER}", url: "https://hooks.example.com/", types: ["*"] }, key: "hook") { denial { code } } }`,
      {},
      ann.token,
    )
    await change(
      server,
      ann,
      `inviteMember(accountId: "${CUSTOMER}", email: "${MARK}-invited@example.com", role: MEMBER)`,
    )
    await pages()
    await eventually(
      () => server.query(`select 1 from webhook_delivery where body like $1`, [`%${MARK}-invited%`]),
      (rows) => rows.length === 1,
    )
    // The name of her own account is her address.
    shown = [...(await personalFields(CUSTOMER)), ...(await personalFields(ann.accountId))]
  })
  afterAll(() => server.close())

  /** Pages of the provider about payments of both accounts. */
  async function pages() {
    const at = new Date('2026-01-01T00:00:00Z')
    const [{ id } = { id: '' }] = await server.query<{ id: string }>(`select id from account where external_id = '42'`)
    const rows = billingRows(server)
    const sold = { product: 'professional', currency: 'USD', amountMinor: 1000, at }
    const purchase = await rows.purchase(id, sold)
    const checkout = await rows.checkout(id, sold, 'COMPLETED')
    const page = `https://pay.example.com/${MARK}`
    const note = {
      externalId: 'cn_1',
      number: 'CN-1',
      at,
      totalMinor: 1,
      taxMinor: 0,
      prePaymentMinor: 1,
      refundedMinor: 0,
    }
    const notes = JSON.stringify([{ ...note, creditedMinor: 0, elsewhereMinor: 0, pdfUrl: page }])
    await server.query(`update checkout set url = $2, invoice_terms = '{"dueDays": 30}' where id = $1`, [
      checkout,
      page,
    ])
    await server.query(
      `insert into invoice (id, account_id, provider, external_id, status, total_minor, amount_due_minor, currency, created_at, hosted_url, pdf_url, credit_notes, lines, fence)
       values ('inv_1', $1, 'STRIPE', 'in_1', 'OPEN', 1000, 1000, 'USD', $2, $3, $3, $4, '[]', 1)`,
      [id, at, page, notes],
    )
    await server.query(`update purchase set receipt_url = $2, checkout_id = $3, invoice_id = 'in_1' where id = $1`, [
      purchase,
      page,
      checkout,
    ])
    await rows.change(id, 'invoice.payment_failed', (transaction) =>
      recordAccountEvent(transaction, id, at, {
        type: 'invoice.payment_failed',
        summary: 'A payment failed',
        data: { invoice: 'in_1', attempt: 1, nextAttemptAt: null, payUrl: page, until: null },
      }),
    )
    const session = await startCheckout(server, ann.token, { plan: 'professional' })
    await server.query(`update checkout set url = $2 where session_id = $1`, [session, page])
  }

  const read = async (path: readonly string[], leaves: string, token: string, account = CUSTOMER) => {
    const inner = path.reduceRight((selection, field) => `${field} { ${selection} }`, leaves)
    const { data, errors } = await server.graphql<unknown>(`{ account(id: "${account}") { ${inner} } }`, {}, token)
    return {
      errors: errors ?? [],
      shows: JSON.stringify(data ?? null).includes(MARK),
      found: valuesAt(data, path.at(-1)),
    }
  }

  /** Every field below the account that shows the mark to an operator. Each field of a type is visited once. */
  async function personalFields(account: string): Promise<Shown[]> {
    const found: Shown[] = []
    const seen = new Set<string>()
    const waiting = [{ path: [] as string[], coordinates: [] as string[], type: schema.getType('Account') }]
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { path, coordinates, type } = next
      if (!isObjectType(type)) continue
      const fields = fieldsOf(type)
      const leaves = fields.filter((field) => isLeafType(getNamedType(field.type))).map(({ name }) => name)
      const answer = await read(path, leaves.join(' ') || '__typename', operator, account)
      if (answer.found.length === 0) continue
      if (answer.shows)
        for (const leaf of leaves)
          if ((await read(path, leaf, operator, account)).shows)
            found.push({ account, path: [...path, leaf], coordinates: [...coordinates, `${type.name}.${leaf}`] })
      for (const { name, type: own } of fields) {
        const coordinate = `${type.name}.${name}`
        if (leaves.includes(name) || seen.has(coordinate)) continue
        seen.add(coordinate)
        waiting.push({ path: [...path, name], coordinates: [...coordinates, coordinate], type: getNamedType(own) })
      }
    }
    return found
  }
  const readShown = ({ path, account }: Shown, token: string) => read(path.slice(0, -1), path.at(-1)!, token, account)

  it('is what a deletion erases: each column has the mark, except those that name the account', async () => {
    const [row] = await server.query<{ account: Record<string, unknown> }>(
      `select to_jsonb(account) as account from account where external_id = '42'`,
    )
    const named = ['name', 'externalId']
    const columns = Object.keys(ERASED).filter((column) => !named.includes(column))
    const stored = columns.map(
      (column) => row!.account[column.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)],
    )
    expect(stored.filter((value) => !JSON.stringify(value).includes(MARK))).toEqual([])
  })

  it('is named or excluded for each link', () => {
    const links = Object.values(schema.getTypeMap())
      .filter(isObjectType)
      .flatMap((type) =>
        Object.values(type.getFields())
          .filter((field) => getNamedType(field.type).name === 'URL')
          .map(({ name }) => `${type.name}.${name}`),
      )
    expect(links.filter((link) => !MARKED.includes(link)).toSorted()).toEqual(Object.keys(OPEN_LINKS).toSorted())
  })

  it('is all in marked fields, and each marked field was tried', () => {
    const unmarked = shown.filter(
      ({ coordinates }) =>
        ![...MARKED, ...CHECKED, ...Object.keys(OPEN_LINKS)].some((one) => coordinates.includes(one)),
    )
    expect(unmarked).toEqual([])
    const tried = new Set(shown.flatMap(({ coordinates }) => coordinates))
    expect(MARKED.filter((coordinate) => !tried.has(coordinate))).toEqual([])
  })

  it('is refused to keys for all accounts of every other scope, with the scope to add', async () => {
    for (const scope of SCOPES.filter((one) => !NAMING.includes(one))) {
      const key = await server.serviceKey([scope])
      for (const field of shown.filter(({ coordinates }) => !coordinates.some((one) => one in OPEN_LINKS))) {
        const { errors, shows } = await readShown(field, key)
        expect([scope, field.path, shows]).toEqual([scope, field.path, false])
        for (const { message } of errors) expect(message).toMatch(/ Add the scope .+ to the key\.$/)
      }
    }
    const { errors } = await read([], 'billingEmail', await server.serviceKey(['entitlements:read']))
    expect(errors[0]!.message).toContain(` Add the scope ${NAMING.join(' or ')} to the key.`)
  })

  it('is read with a scope that names it and a scope for the object around it', async () => {
    expect(NAMING).toEqual(['accounts:read', 'accounts:write', 'ops:read'])
    for (const scope of NAMING) {
      const key = await server.serviceKey([scope, 'billing:read', 'ops:write'])
      for (const field of shown.filter(({ coordinates }) => !CHECKED.some((one) => coordinates.includes(one))))
        expect([scope, field.path, (await readShown(field, key)).shows]).toEqual([scope, field.path, true])
    }
  })

  it('is read by the members, and by keys of the account alone', async () => {
    const { data } = await server.graphql(
      CreateApiKey,
      { input: { accountId: CUSTOMER, name: 'own', scopes: ['billing:read'] }, key: 'own' },
      ann.token,
    )
    const { secret } = data.createApiKey as { secret: string }
    for (const token of [secret, ann.token]) {
      expect((await read([], 'billingEmail', token)).shows).toBe(true)
      expect((await read(['billing', 'billingDetails'], 'name', token)).shows).toBe(true)
    }
  })
})

/** All objects at a field of an answer: the account itself without a field. */
function valuesAt(answer: unknown, field: string | undefined): unknown[] {
  if (Array.isArray(answer)) return answer.flatMap((each) => valuesAt(each, field))
  if (typeof answer !== 'object' || answer === null) return []
  return Object.entries(answer).flatMap(([name, value]) =>
    name === (field ?? 'account') ? [value].flat().filter((each) => each !== null) : valuesAt(value, field),
  )
}
