import { readFileSync } from 'node:fs'
import {
  buildSchema,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isRequiredInputField,
  Kind,
  OperationTypeNode,
  parse,
  typeFromAST,
  type GraphQLInputType,
  type OperationDefinitionNode,
} from 'graphql'
import * as exported from '@stackgate/client/documents'
import { readTools, toolSchema } from '#startup/mcp/read-tools.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const schema = buildSchema(readFileSync('src/schema/schema.graphql', 'utf8'), { assumeValidSDL: true })
const SCALARS: Readonly<Record<string, unknown>> = {
  Boolean: true,
  Int: 100,
  Float: 1,
  SafeInt: 1,
  JSON: {},
  DateTime: '2026-01-01T00:00:00Z',
  CurrencyCode: 'USD',
}

/** A valid value with several items in each list. */
function sample(type: GraphQLInputType): unknown {
  const bare = getNullableType(type)
  if (isListType(bare)) return [sample(bare.ofType), sample(bare.ofType), sample(bare.ofType)]
  if (isEnumType(bare)) return bare.getValues()[0]!.name
  if (!isInputObjectType(bare)) return SCALARS[bare.name] ?? 'x'
  const fields = Object.values(bare.getFields())
  const chosen = bare.isOneOf ? fields.slice(0, 1) : fields.filter(isRequiredInputField)
  return Object.fromEntries(chosen.map(({ name, type: inner }) => [name, sample(inner)]))
}

/** Values of the variables of an operation: all of them given, and each of them absent and null. */
function variations({ variableDefinitions = [] }: OperationDefinitionNode): Record<string, unknown>[] {
  const given = Object.fromEntries(
    variableDefinitions.map(({ variable, type }) => [
      variable.name.value,
      sample(typeFromAST(schema, type) as GraphQLInputType),
    ]),
  )
  return [
    given,
    {},
    ...Object.keys(given).flatMap((name) => {
      const { [name]: _absent, ...others } = given
      return [others, { ...given, [name]: null }]
    }),
  ]
}

const texts = [
  ...Object.entries(exported as Record<string, unknown>).flatMap(([name, document]) =>
    typeof document === 'object'
      ? [[name, (document as { loc: { source: { body: string } } }).loc.source.body] as const]
      : [],
  ),
  ...readTools(toolSchema()).map(({ name, operation }) => [name, operation.text] as const),
]
const documents = texts.flatMap(([name, text]) => {
  const operation = parse(text).definitions[0] as OperationDefinitionNode
  // A stream does not end.
  const isRequest =
    operation.kind === Kind.OPERATION_DEFINITION && operation.operation !== OperationTypeNode.SUBSCRIPTION
  return isRequest ? [[name, text, operation] as const] : []
})

describe('documents of the clients, after requests with any other variables', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ env: { RATE_LIMIT_ANONYMOUS: '1000000' } })
  })
  afterAll(() => server.close())

  const ask = async (query: string, variables: object) => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json',
      },
      body: JSON.stringify({ query, variables, extensions: { cost: true } }),
    })
    const text = await response.text()
    const { data, errors, extensions } = JSON.parse(text.replaceAll(/,?"requestId":"[^"]+"/g, '')) as {
      data?: unknown
      errors?: { message: string; extensions: object }[]
      extensions?: { cost: { requested: number } }
    }
    return {
      variables,
      status: response.status,
      cost: extensions?.cost.requested,
      errors: errors?.map(({ message, extensions: details }) => [message, details]),
      data: errors ? undefined : data,
    }
  }

  it('cover all documents', () => {
    expect(documents.length).toBeGreaterThan(150)
  })

  it.each(documents)('are answered as by a new server: %s', async (_name, text, operation) => {
    const cases = variations(operation)
    // A comment makes a text that no cache of the server knows.
    const fresh = await Promise.all(cases.map((variables, index) => ask(`${text}# ${index}`, variables)))
    const shared = []
    for (const variables of [...cases, ...cases.toReversed()]) shared.push(await ask(text, variables))
    expect(shared).toEqual([...fresh, ...fresh.toReversed()])
  })
})
