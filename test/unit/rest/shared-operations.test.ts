import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildSchema } from 'graphql'
import { ClientDocuments } from '#rest/shared-operations/client-documents.js'
import { requestShape } from '#rest/shared-operations/request-shape.js'
import { ResponseShapes } from '#rest/shared-operations/response-shape.js'
import { restTexts } from '#rest/shared-operations/rest-names.js'

const schema = buildSchema(`
  scalar SafeInt
  type Money { amountMinor: SafeInt!, currency: String!, decimal: String! }
  input MoneyInput { amountMinor: SafeInt!, currency: String! }
  enum Period { DAY BILLING_PERIOD }
  type Limit { units: SafeInt, money: Money }
  "A limit of use."
  type Cap { id: ID!, limit: Limit!, period: Period!, owner: User! }
  type User { id: ID!, name: String! }
  type PageInfo { hasNextPage: Boolean!, endCursor: String }
  type CapConnection { nodes: [Cap!]!, pageInfo: PageInfo! }
  input CapInput {
    "Period of the limit, for example \`BILLING_PERIOD\`."
    period: Period!
    maxCost: MoneyInput
    ownerIds: [ID!]
  }
  type Denial { code: String! }
  type CapPayload { cap: Cap, denial: Denial }
  type MovePayload {
    "Number of caps."
    movedCount: SafeInt
    "Reason. Null if none was given."
    reason: String
    denial: Denial
  }
  type Query {
    "Limits, newest first."
    caps(first: Int, after: String): CapConnection!
  }
  type Mutation { setCap(input: CapInput!, key: String!): CapPayload, moveCap(id: ID!): MovePayload }
`)

const DOCUMENTS = `
  fragment CapFields on Cap {
    id
    period
    owner { id name }
    limit { units money { currency decimal } }
  }
  query Caps($first: Int = 7, $after: String) {
    caps(first: $first, after: $after) { nodes { ...CapFields } pageInfo { hasNextPage endCursor } }
  }
  mutation SetCap($input: CapInput!, $key: String!) {
    setCap(input: $input, key: $key) { cap { ...CapFields } denial { code } }
  }
  mutation MoveCap($id: ID!) {
    moveCap(id: $id) { movedCount reason denial { code } }
  }
`

describe('operations of REST from documents', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stackgate-documents-'))
  writeFileSync(join(folder, 'caps.graphql'), DOCUMENTS)
  const documents = new ClientDocuments(folder)
  const restText = restTexts(schema)
  const requestOf = (name: string) => requestShape(schema, documents.firstFieldOf(name), { names: {}, restText })
  const responseOf = (name: string) =>
    new ResponseShapes(schema, restText).of(documents.firstFieldOf(name), { names: {} })

  const cap = (limit: object) => ({
    id: 'cap_1',
    period: 'BILLING_PERIOD',
    owner: { id: 'usr_1', name: 'Ann' },
    limit,
  })

  it('show the object of a payload, and an object of ID and name by its ID', () => {
    const { schema: form, toBody } = responseOf('SetCap')
    const bodies = [cap({ units: 5, money: null }), cap({ units: null, money: { decimal: '1.50', currency: 'USD' } })]
      .map((data) => ({ cap: data, denial: null }))
      .map(toBody)
    const shown = { id: 'cap_1', period: 'billing_period', owner_id: 'usr_1' }
    expect(bodies).toEqual([
      { ...shown, limit: { units: 5, money: null } },
      { ...shown, limit: { units: null, money: { amount: '1.50', currency: 'USD' } } },
    ])
    for (const body of bodies) expect(form.safeParse(body).success).toBe(true)
    expect(form.safeParse({ ...shown, limit: {} }).success).toBe(false)
  })

  it('show the fields of a payload, which are null only if their text says so', () => {
    const { schema: form, toBody } = responseOf('MoveCap')
    const body = toBody({ movedCount: 1, reason: null, denial: null })
    expect(body).toEqual({ moved_count: 1, reason: null })
    expect(form.safeParse(body).success).toBe(true)
    expect(form.safeParse({ ...body, moved_count: null }).success).toBe(false)
  })

  it('show a page by its list and the cursor of the next page', () => {
    const nodes = [cap({ units: 1, money: null })]
    const { toBody } = responseOf('Caps')
    const page = (hasNextPage: boolean) => toBody({ nodes, pageInfo: { hasNextPage, endCursor: 'c1' } })
    expect(page(true)).toMatchObject({ caps: [{ limit: { units: 1 } }], next_after: 'c1' })
    expect(page(false)).toMatchObject({ next_after: null })
    expect(requestOf('Caps').body.shape['first']?.description).toContain('Default: 7.')
  })

  it('read snake case, lower case and decimals, and name fields at fault as they were sent', () => {
    const { body, variablesOf, pathOf } = requestOf('SetCap')
    const sent = {
      period: 'billing_period',
      max_cost: { amount: '1.50', currency: 'USD' },
      owner_ids: ['usr_1'],
      idempotency_key: 'k1',
    }
    expect(variablesOf(body.parse(sent))).toEqual({
      input: { period: 'BILLING_PERIOD', maxCost: { amountMinor: 150, currency: 'USD' }, ownerIds: ['usr_1'] },
      key: 'k1',
    })
    expect(body.safeParse({ ...sent, maxCost: null }).success).toBe(false)
    expect(pathOf(['ownerIds', 0])).toEqual(['owner_ids', 0])
    expect(body.shape['period']?.description).toBe('Period of the limit, for example `billing_period`.')
  })
})
