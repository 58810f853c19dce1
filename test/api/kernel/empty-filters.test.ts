import { readFileSync } from 'node:fs'
import {
  buildSchema,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLArgument,
} from 'graphql'
import { deploymentWithAgent, enqueue, type DeploymentWithAgent } from '#test/support/deployments.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const schema = buildSchema(readFileSync('src/schema/schema.graphql', 'utf8'))

/** Conditions of which every item must be fulfilled, and what is left out. */
const EXEMPT = ['tags', 'except']

/** Arguments with one empty list of alternatives, such as `statuses: []` and `filter: { roles: [] }`. */
function emptyLists({ name, type }: GraphQLArgument): string[] {
  const isChoice = (field: { name: string; type: unknown }) =>
    isListType(getNullableType(field.type as never)) && !isNonNullType(field.type) && !EXEMPT.includes(field.name)
  if (isChoice({ name, type })) return [`${name}: []`]
  const input = getNamedType(type)
  if (!isInputObjectType(input) || name !== 'filter') return []
  return Object.values(input.getFields())
    .filter(isChoice)
    .map((field) => `filter: { ${field.name}: [] }`)
}

/** Every list with pages of a type, with each of these arguments. */
function listsOf(typeName: string): [string, string][] {
  const type = schema.getType(typeName)
  if (!isObjectType(type)) return []
  return Object.values(type.getFields())
    .filter((field) => getNamedType(field.type).name.endsWith('Connection'))
    .filter((field) => !field.args.some((argument) => isNonNullType(argument.type)))
    .flatMap((field) => field.args.flatMap(emptyLists).map((args): [string, string] => [field.name, args]))
}

describe('An empty list in a filter', () => {
  let server: TestServer
  let operator: string
  let deployment: DeploymentWithAgent
  beforeAll(async () => {
    server = await startTestServer()
    operator = await server.token('ops@example.com', { roles: ['admin'] })
    deployment = await deploymentWithAgent(server)
    await enqueue(server, deployment)
  })
  afterAll(() => server.close())

  const ofAccount = (selection: string) => `{ deployment(id: "${deployment.hash}") { account { ${selection} } } }`
  const ROOTS: Readonly<Record<string, (field: string) => string>> = {
    Query: (field) => `{ list: ${field} }`,
    Account: (field) => ofAccount(`list: ${field}`),
    AccountBilling: (field) => ofAccount(`billing { list: ${field} }`),
    AccountUsage: (field) => ofAccount(`usage { list: ${field} }`),
    AccountAccess: (field) => ofAccount(`access { list: ${field} }`),
    Deployment: (field) => `{ deployment(id: "${deployment.hash}") { list: ${field} } }`,
  }
  const read = async (typeName: string, field: string): Promise<number> => {
    const { data, errors } = await server.graphql<object>(
      ROOTS[typeName]!(`${field} { nodes { __typename } }`),
      {},
      operator,
    )
    expect(errors).toBeUndefined()
    const [, nodes] = /"nodes":(\[.*?\])/.exec(JSON.stringify(data))!
    return (JSON.parse(nodes!) as unknown[]).length
  }

  it('selects nothing, in every list', async () => {
    const found: string[] = []
    const lists = Object.keys(ROOTS).flatMap((type) => listsOf(type).map(([field, args]) => ({ type, field, args })))
    expect(lists.length).toBeGreaterThan(30)
    for (const { type, field, args } of lists)
      if ((await read(type, `${field}(${args})`)) > 0) found.push(`${type}.${field}(${args})`)
    expect(found).toEqual([])
    const without = {
      Query: ['accounts', 'agents', 'deployments'],
      Account: ['members', 'deployments'],
      AccountBilling: ['events'],
      Deployment: ['commands', 'events'],
    }
    for (const [type, fields] of Object.entries(without))
      for (const field of fields) expect([field, await read(type, field)]).not.toEqual([field, 0])
  })
})
