import { readFileSync } from 'node:fs'
import {
  buildSchema,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isObjectType,
  parse,
  validate,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputObjectType,
} from 'graphql'
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'
import { validationRules } from '#edge/graphql/validation-rules.js'
import { SchemaDocuments } from '#test/support/schema-documents.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const schema = buildSchema(readFileSync('src/schema/schema.graphql', 'utf8'))
const oneOfs = Object.values(schema.getTypeMap()).filter(
  (type): type is GraphQLInputObjectType => isInputObjectType(type) && type.isOneOf,
)
const memberOf = new Map<GraphQLArgument | GraphQLInputField, GraphQLInputObjectType>(
  oneOfs.flatMap((type) => Object.values(type.getFields()).map((field) => [field, type] as const)),
)
/** Every leaf that is a member of an `@oneOf` input, at every argument. */
const leaves = new SchemaDocuments(schema).inputs((input) => memberOf.has(input))
const problemsOf = (text: string) => validate(schema, parse(text), validationRules(true)).map(({ message }) => message)

describe('variables in @oneOf inputs', () => {
  it('are compared for every such input of the schema', () => {
    expect(oneOfs.length).toBeGreaterThanOrEqual(7)
    expect(leaves.length).toBeGreaterThan(10)
  })

  it.each(leaves.map((leaf) => [leaf.coordinate, leaf] as const))('must not be nullable: %s', (_coordinate, leaf) => {
    const text = leaf.text({})
    expect(problemsOf(text)).toEqual([])
    const message = `Variable "$value" must be non-nullable to be used for OneOf Input Object "${memberOf.get(leaf.input)!.name}".`
    const nullable = text.replace(/\(\$value: (.+?)!\)/, '($value: $1)')
    expect(nullable).not.toBe(text)
    expect(problemsOf(nullable)).toEqual([message])
    expect(problemsOf(text.replace(/\(\$value: (.+?)!\)/, '($value: $1 = null)'))).toEqual([message])
  })

  it.each(membersOfObjects())('must not be nullable if they are objects: %s', (_title, input, nullable, required) => {
    expect(problemsOf(required)).toEqual([])
    expect(problemsOf(nullable)).toEqual([
      `Variable "$value" must be non-nullable to be used for OneOf Input Object "${input}".`,
    ])
  })
})

/** Documents that pass a whole member of an input as a variable, at the first argument of its type. */
function membersOfObjects(): [title: string, input: string, nullable: string, required: string][] {
  const roots = [schema.getQueryType()!, schema.getMutationType()!]
  return oneOfs.flatMap((input) => {
    const found = roots.flatMap((type) =>
      Object.values(type.getFields()).flatMap((field) => {
        const argument = field.args.find((each) => getNamedType(each.type) === input)
        return argument ? [{ type, field, argument }] : []
      }),
    )[0]
    if (!found) return []
    const { type, field, argument } = found
    const others = field.args
      .filter((each) => each !== argument && String(each.type).endsWith('!') && each.defaultValue === undefined)
      .map((each) => `${each.name}: $${each.name}`)
    const definitions = field.args
      .filter((each) => others.some((other) => other.startsWith(`${each.name}:`)))
      .map((each) => `, $${each.name}: ${String(each.type)}`)
    const selection =
      isObjectType(getNamedType(field.type)) || 'getTypes' in getNamedType(field.type) ? '{ __typename }' : ''
    return Object.values(input.getFields()).map((member): [string, string, string, string] => {
      const text = (value: string) =>
        `${type === roots[0] ? 'query' : 'mutation'} ($value: ${value}${definitions.join('')}) {
          ${field.name}(${[`${argument.name}: { ${member.name}: $value }`, ...others].join(', ')}) ${selection} }`
      const bare = String(getNullableType(member.type))
      return [`${field.name}(${argument.name}.${member.name}:)`, input.name, text(bare), text(`${bare}!`)]
    })
  })
}

const query = 'query Page($slug: String) { template(by: { slug: $slug }) { slug } }'

describe('a nullable variable in an @oneOf input', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  const ask = (body: object, accept = 'application/graphql-response+json') =>
    fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept },
      body: JSON.stringify(body),
    })
  const rejection = /"message":"Variable \\"\$slug\\" must be non-nullable .*"code":"GRAPHQL_VALIDATION_FAILED"/

  it.each([[{}], [{ slug: null }], [{ slug: 'unknown' }]])(
    'fails validation over every transport with %j',
    async (variables) => {
      const response = await ask({ query, variables })
      expect([response.status, await response.text()]).toEqual([400, expect.stringMatching(rejection)])
      expect(await (await ask({ query, variables }, 'text/event-stream')).text()).toMatch(rejection)
      const client = createClient({
        url: `${server.url.replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        retryAttempts: 0,
      })
      const failure: unknown = await client
        .iterate({ query, variables })
        .next()
        .catch((error: unknown) => error)
      expect(JSON.stringify(failure)).toMatch(rejection)
      await client.dispose()
    },
  )

  it('accepts a required variable after requests without a value', async () => {
    const required = query.replace('String', 'String!')
    for (let use = 0; use < 4; use += 1) {
      const rejected = await (await ask({ query: required, variables: {} })).json()
      expect(rejected).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] })
      expect(await (await ask({ query: required, variables: { slug: 'unknown' } })).json()).toEqual({
        data: { template: null },
      })
    }
  })
})
