import { readFileSync } from 'node:fs'
import { buildSchema, getNamedType, isLeafType, isNonNullType, type GraphQLField } from 'graphql'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const QUERIES = Object.values(
  buildSchema(readFileSync('src/schema/schema.graphql', 'utf8')).getQueryType()!.getFields(),
)
const REQUIRED: Readonly<Record<string, string>> = {
  check: 'feature: "deployments"',
  metrics: 'metrics: [REVENUE]',
  previewUsageComparisonEnd: 'id: "ucp_0"',
  templateDefinitionIssues: 'definition: "services: {}"',
}

describe('null for an argument with a default', () => {
  let server: TestServer
  let operator: string
  beforeAll(async () => {
    server = await startTestServer()
    operator = await server.token('operator@example.com', { roles: ['admin'] })
  })
  afterAll(() => server.close())

  const names = (field: GraphQLField<unknown, unknown>) =>
    field.args.flatMap(({ name, type, defaultValue }) =>
      // An amount of null is a mistake of the caller: `null-amounts.test.ts`.
      defaultValue !== undefined && !isNonNullType(type) && name !== 'amount' ? [name] : [],
    )

  it.each(QUERIES.filter((field) => names(field).length > 0).map((field) => [field.name, field] as const))(
    'means the default in %s',
    async (name, field) => {
      const selection = isLeafType(getNamedType(field.type)) ? '' : '{ __typename }'
      const read = async (given: readonly string[]) => {
        const args = [...(REQUIRED[name] ? [REQUIRED[name]] : []), ...given]
        const query = `{ ${name}${args.length > 0 ? `(${args.join(', ')})` : ''} ${selection} }`
        const { data, errors = [] } = await server.graphql(query, {}, operator)
        return { data, codes: errors.map(({ extensions }) => extensions.code) }
      }
      const omitted = await read([])
      expect(omitted.codes).toEqual([])
      expect(await read(names(field).map((argument) => `${argument}: null`))).toEqual(omitted)
    },
  )
})
