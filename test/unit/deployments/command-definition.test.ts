import 'reflect-metadata'
import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { isInputObjectType, printType } from 'graphql'
import { z } from 'zod'
import { allCommands } from '#services/deployments/commands/definitions/all-commands.js'
import { defineCommand } from '#services/deployments/model/define-command.js'
import { appCode, flag, inputType, oneOf, secret, text, whole } from '#services/deployments/model/field-schemas.js'
import { reportType } from '#services/deployments/model/command-report.js'
import {
  enumValue,
  integer,
  listOf,
  moment,
  reportedAs,
  resultType,
  text as reportedText,
} from '#services/deployments/model/result-fields.js'

const DEFINITIONS = 'src/services/deployments/commands/definitions'

/** Defined as in a file of `definitions`. The list is extended before the modules that read it are loaded. */
const fixture = defineCommand({
  type: 'test_fixture',
  summary: 'Tests the derivation.',
  rate: 'logs_rate',
  button: { label: 'Fixture', icon: 'fa-vial', scope: 'deployment', requires: 'fixtures' },
  parameters: z.strictObject({
    app_code: appCode(),
    max_items: whole(1, 9).default(3).describe('Number of items. Requires `with_items`.'),
    with_items: flag(true).describe('Whether to list the items.'),
    sort_order: oneOf('FixtureOrder', 'Order of the items.', { up: 'Up.', down: 'Down.' })
      .optional()
      .describe('Order of the items.'),
    access_key: secret(text(100)).optional().describe('Key of the items.'),
    item_list: z
      .array(inputType('FixtureItemInput', 'An item.', { item_name: text(9).describe('Name of the item.') }))
      .optional()
      .describe('Items.'),
  }),
  result: reportType('TestFixtureResult', 'Result of `test_fixture`.', {
    itemCount: integer().describe('Number of items.'),
    quality: reportedAs(
      'status',
      enumValue('FixtureOutcome', 'Outcome of the fixture.', { GOOD: 'Good.', BAD: 'Bad.' }, 'BAD'),
    ).describe('Outcome.'),
    items: listOf(resultType('FixtureItem', 'A listed item.', { name: reportedText().describe('Name.') })).describe(
      'Items.',
    ),
    endedAt: moment().describe('Time of the end.'),
  }),
})

describe('a command', () => {
  const files = globSync(`${DEFINITIONS}/*.ts`)
    .map((path) => basename(path, '.ts'))
    .filter((name) => !['all-commands', 'command-registry'].includes(name))
  const builtIn = allCommands.map(({ type }) => type)

  it('is defined in one file that has its name', () => {
    expect(builtIn.map((type) => type.replaceAll('_', '-')).toSorted()).toEqual(files.toSorted())
  })

  it('has a typed result unless no agent documents it', () => {
    const untyped = allCommands.filter(({ parameters, result }) => parameters && !result).map(({ type }) => type)
    expect(untyped).toEqual(['check_connections'])
  })

  it('is not defined again in GraphQL, in results or in capabilities', () => {
    const camelCase = (type: string) => type.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
    const names = builtIn.filter((type) => type.includes('_'))
    // The agent's name in quotes, or a declared field.
    const pattern = new RegExp(names.flatMap((type) => [`'${type}'`, `^ +${camelCase(type)}[?!]?:`]).join('|'), 'm')
    const others = globSync('src/{schema,resolvers,rest,services/deployments/{results,capabilities}}/**/*.ts')
    expect(others.length).toBeGreaterThan(100)
    expect(others.filter((path) => pattern.test(readFileSync(path, 'utf8')))).toEqual([])
  })
})

describe('adding a definition', () => {
  beforeAll(() => void allCommands.push(fixture))

  it('adds its input and its result to GraphQL', async () => {
    const { allResolvers } = await import('#modules/all-declarations.js')
    const { buildGraphQLSchema } = await import('#schema/build-schema.js')
    const schema = buildGraphQLSchema(allResolvers)
    const input = schema.getType('CommandInput')
    const added = isInputObjectType(input) ? input.getFields()['testFixture'] : undefined
    expect(`${added?.description} ${String(added?.type)}`).toBe('Tests the derivation. TestFixtureCommandInput')
    expect(printType(schema.getType('TestFixtureCommandInput')!)).toBe(`"""Tests the derivation."""
input TestFixtureCommandInput {
  """Code of the application in the deployment."""
  appCode: String!

  """Number of items, 1–9. Requires \`withItems\`."""
  maxItems: Int = 3

  """Whether to list the items."""
  withItems: Boolean = true

  """Order of the items."""
  sortOrder: FixtureOrder

  """Key of the items."""
  accessKey: String

  """Items."""
  itemList: [FixtureItemInput!]
}`)
    const printed = printType(schema.getType('TestFixtureResult')!)
    expect(printed).toContain('type TestFixtureResult implements CommandReport {')
    expect(printed.slice(printed.indexOf('  """Number of items'))).toBe(`  """Number of items."""
  itemCount: SafeInt

  """Outcome."""
  quality: FixtureOutcome!

  """Items."""
  items: [FixtureItem!]!

  """Time of the end."""
  endedAt: DateTime

  """
  Members of the report that no other field of this type contains. Null if there are none.
  """
  more: JSON
}`)
  })

  it('checks it in GraphQL and in REST, and seals its secrets', async () => {
    const { namedCommand, toCommandRequest } = await import('#services/deployments/commands/command-request.js')
    const { visibleParameters } = await import('#services/deployments/commands/secret-parameters.js')
    const parameters = {
      app_code: 'web',
      max_items: 3,
      with_items: true,
      access_key: 'k',
      item_list: [{ item_name: 'a' }],
    }
    const request = { type: 'test_fixture', appCode: 'web', parameters }
    expect(
      toCommandRequest({ testFixture: { appCode: 'web', accessKey: 'k', itemList: [{ itemName: 'a' }] } }),
    ).toEqual(request)
    expect(namedCommand('test_fixture', { app_code: 'web', access_key: 'k', item_list: [{ item_name: 'a' }] })).toEqual(
      request,
    )
    expect(namedCommand('test_fixture', { app_code: 'web', max_items: 10 })).toMatchObject({
      code: 'INVALID_PARAMETERS',
      field: 'parameters.max_items',
    })
    expect(visibleParameters('test_fixture', parameters)).toMatchObject({ app_code: 'web', access_key: '***' })
  })

  it('types its result', async () => {
    const { readResult } = await import('#services/deployments/results/read-result.js')
    const ended = {
      type: 'test_fixture',
      status: 'SUCCEEDED',
      createdAt: new Date(0),
      finishedAt: new Date(1),
    } as const
    expect(
      readResult(ended, { status: 'good', item_count: 'x', items: [{ name: 'a', size: 1 }, 7], other: 1 }),
    ).toEqual({
      __typename: 'TestFixtureResult',
      itemCount: null,
      appCode: null,
      at: ended.finishedAt,
      errors: [],
      outcome: 'OK',
      quality: 'GOOD',
      items: [{ __typename: 'FixtureItem', name: 'a', more: { size: 1 } }],
      endedAt: null,
      more: { other: 1, item_count: 'x', items: [{ name: 'a', size: 1 }, 7] },
    })
  })

  it('adds it to the dashboards and to the reference', async () => {
    const { decideCapabilities } = await import('#services/deployments/capabilities/capabilities.js')
    const { commandReference } = await import('#test/support/command-reference.js')
    const agent = { capabilities: ['fixtures'] } as Parameters<typeof decideCapabilities>[0]
    expect(decideCapabilities(agent, 'ONLINE', null, Date.now()).commands).toEqual([
      {
        type: 'test_fixture',
        label: 'Fixture',
        icon: 'fas fa-vial',
        scope: 'deployment',
        requires: 'fixtures',
        supported: true,
      },
    ])
    expect(commandReference()).toContain(
      [
        '### `test_fixture`',
        '',
        'Tests the derivation. Counts against `logs_rate`. Typed result: `TestFixtureResult`.',
        '',
        '| parameter | type | default | meaning |',
        '|---|---|---|---|',
        '| `app_code` | string | required | Code of the application in the deployment. |',
        '| `max_items` | integer 1…9 | `3` | Number of items. Requires `with_items`. |',
      ].join('\n'),
    )
  })
})

describe('two different objects with one name', () => {
  it('are an error in inputs and in results', async () => {
    const { inputTypeOf } = await import('#schema/deployments/command-inputs.js')
    const { objectTypeOf } = await import('#schema/deployments/command-results.js')
    const input = (type: string) => inputTypeOf('TwiceInput', 'Text.', { properties: { a: { type } } })
    const result = (name: string) => objectTypeOf(resultType('TwiceResult', 'Text.', { [name]: reportedText() }))
    expect(input('string')).toBe(input('string'))
    expect(() => input('integer')).toThrow('are named TwiceInput')
    result('a')
    expect(() => result('b')).toThrow('are named TwiceResult')
  })

  it('need a name', async () => {
    const { inputTypeOf } = await import('#schema/deployments/command-inputs.js')
    const inner = { properties: { a: { type: 'string' } } }
    expect(() => inputTypeOf('OuterInput', 'Text.', { properties: { inner } })).toThrow('OuterInput.inner needs a name')
  })
})
