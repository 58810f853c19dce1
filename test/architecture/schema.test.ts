import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  getNamedType,
  getNullableType,
  isAbstractType,
  isEnumType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  parse,
  validate,
  type GraphQLInputType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql'
import { allDeclared, allResolvers } from '#modules/all-declarations.js'
import { buildGraphQLSchema } from '#schema/build-schema.js'
import { knownRules } from '#services/identity/model/permissions.js'
import { ROLES } from '#services/identity/model/caller.js'
import { printSortedSchema } from '#schema/print.js'
import {
  adviceAbout,
  assertEverythingDescribed,
  compareWithContract,
  readContract,
  updateContract,
} from '../support/schema-contract.js'

describe('schema', () => {
  const schema = buildGraphQLSchema(allResolvers)
  const printed = printSortedSchema(schema)

  it('equals the printed schema (npm run schema prints it again)', () => {
    expect(readFileSync(join(process.cwd(), 'src/schema/schema.graphql'), 'utf8')).toBe(printed)
  })

  it('fulfills the contract with clients', async () => {
    if (process.env['UPDATE_CONTRACT']) await updateContract(printed)
    const { violations, additions } = await compareWithContract(await readContract(printed), printed)
    if (additions.length > 0)
      process.stderr.write(
        `${additions.length} additions to the contract: at a release, run it with UPDATE_CONTRACT=1\n`,
      )
    expect(adviceAbout(violations)).toBe('')
  })

  it('fulfills the documents of the screens, which client tools compile', () => {
    const errors = globSync('examples/screens/*.graphql').flatMap((path) =>
      errorsOfOperations(schema, readFileSync(path, 'utf8')).map((error) => `${path}: ${error}`),
    )
    expect(errors).toEqual([])
  })

  it('has one type for a name in all members of a union or interface, so that no client needs an alias', () => {
    expect(conflictingFields(schema)).toEqual([])
  })

  it('types addresses in outputs', () => {
    const outputs = Object.values(schema.getTypeMap())
      .filter(isObjectType)
      .flatMap((type) =>
        Object.values(type.getFields()).map((field) => ({ coordinate: `${type.name}.${field.name}`, field })),
      )
    const untyped = outputs.filter(
      ({ field: { name, type } }) => /(?:^|[a-z])(?:url|Url|email)$/.test(name) && getNamedType(type).name === 'String',
    )
    expect(untyped.map(({ coordinate }) => coordinate)).toEqual([])
  })

  it('counts the items of every list on demand, except those of logs and figures', () => {
    const uncounted = Object.values(schema.getTypeMap())
      .filter(isObjectType)
      .filter(({ name }) => name.endsWith('Connection'))
      .filter((type) => !('totalCount' in type.getFields()))
    expect(uncounted.map(({ name }) => name.replace(/Connection$/, '')).toSorted()).toEqual(UNCOUNTED)
  })

  it('bounds every list of objects of their own that has no pages, in decision 0206', () => {
    const text = readFileSync('docs/decisions/0206-lists-have-pages-or-a-bound.md', 'utf8')
    const bounded = text
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .flatMap((line) => [...line.split('|')[1]!.matchAll(/`(\w+\.\w+)`/g)].map(([, coordinate]) => coordinate!))
    const node = schema.getType('Node')
    const unpaged = Object.values(schema.getTypeMap())
      .filter(isObjectType)
      .filter(({ name }) => !name.endsWith('Connection'))
      .flatMap((type) =>
        Object.values(type.getFields()).flatMap((field) => {
          const item = getNamedType(field.type)
          const isList = isListType(getNullableType(field.type))
          return isList && isObjectType(item) && item.getInterfaces().some((one) => one === node)
            ? [`${type.name}.${field.name}`]
            : []
        }),
      )
    expect(bounded.toSorted()).toEqual(unpaged.toSorted())
    const rules = [...knownRules(allDeclared.permissions).values()].reduce((sum, actions) => sum + actions.length, 0)
    expect(rules * ROLES.length).toBeLessThan(500)
  })

  it('can resume every subscription, and select the cursor of whatever it emits', () => {
    const fields = Object.values(schema.getSubscriptionType()!.getFields())
    const wrong = fields.filter(({ args, type }) => {
      const named = getNamedType(type)
      return (
        !args.some(({ name }) => name === 'after') ||
        !isInterfaceType(named) ||
        String(named.getFields()['cursor']?.type) !== 'String!'
      )
    })
    expect(wrong.map(({ name }) => name)).toEqual([])
  })

  it('names the date of removal in each deprecation', () => {
    const reasons = [...printed.matchAll(/@deprecated(?:\(reason: ("""|")([^]*?)\1\))?/g)].map(
      ([, , reason]) => reason ?? '',
    )
    expect(reasons.filter((reason) => !/\d{4}-\d{2}-\d{2}/.test(reason))).toEqual([])
  })

  it('has no operation that the guides leave out', () => {
    const code = globSync('docs/*.md')
      .filter((path) => !['docs/rest-api.md', 'docs/style.md', 'docs/glossary.md'].includes(path))
      .flatMap((path) => readFileSync(path, 'utf8').match(/^```[^]*?^```$|`[^`\n]+`/gm) ?? [])
      .join('\n')
    const shared = readFileSync('docs/rest-api.md', 'utf8').matchAll(/Runs the operation `(\w+)` of GraphQL\./g)
    const named = new Set([...code.match(/\w+/g)!, ...[...shared].map(([, name]) => name!)])
    const operations = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap((root) =>
      Object.keys(root!.getFields()),
    )
    expect(operations.filter((operation) => !named.has(operation))).toEqual([])
  })

  it('loses no other root field if one is refused: those with a cursor, an ID or a filter are nullable', () => {
    const isRefusable = (type: GraphQLInputType): boolean => {
      const named = getNamedType(type)
      return !isEnumType(named) && named.name !== 'Boolean'
    }
    const roots = Object.values(schema.getQueryType()!.getFields()).filter(({ args }) =>
      args.some(({ type }) => isRefusable(type)),
    )
    const required = roots.filter(({ type }) => isNonNullType(type)).map(({ name }) => name)
    // A list of given IDs, whose items are nullable.
    expect(required.toSorted()).toEqual(['nodes'])
  })

  it('has a description for everything', () => {
    expect(() => assertEverythingDescribed(schema)).not.toThrow()
  })
})

/** Logs, lists with figures of their own, and lists of a vendor. */
const UNCOUNTED = [
  'AccountJob',
  'AuditEntry',
  'CalendarEntry',
  'Consumption',
  'DeadLetter',
  'DeploymentAlarm',
  'EarningsEntry',
  'Event',
  'InvoiceLine',
  'JournalEntry',
  'LedgerEntry',
  'MetricSeries',
  'NegotiatedPlan',
  'PlanMigration',
  'PlanMigrationPreviewItem',
  'PlanMigrationStep',
  'PriceList',
  'ReconciliationReport',
  'ReconciliationRun',
  'SeatHolder',
  'TemplateReview',
  'TopUp',
  'UsageBatch',
  'UsageBatchLine',
  'UsageComparison',
  'UsageDifference',
  'UsageEffect',
  'VendorPayout',
  'WebhookEvent',
]

const errorsOfOperations = (schema: GraphQLSchema, text: string): string[] =>
  validate(schema, parse(text)).map(({ message }) => message)

/** Fields of one name with different types, in types that one selection can reach. `Node` and `_Entity` hold unrelated types. */
const conflictingFields = (schema: GraphQLSchema): string[] =>
  Object.values(schema.getTypeMap())
    .filter(isAbstractType)
    .filter(({ name }) => name !== 'Node' && name !== '_Entity')
    .flatMap((abstract) => {
      const fields = schema.getPossibleTypes(abstract).flatMap((type) => Object.values(type.getFields()))
      return [...Map.groupBy(fields, ({ name }) => name)]
        .filter(([, same]) => new Set(same.map(({ type }) => responseShape(type))).size > 1)
        .map(([name]) => `${abstract.name}.${name}`)
    })

/** The part of a type that has to be equal to merge two fields: lists, nullability and leaf types. */
const responseShape = (type: GraphQLOutputType): string =>
  isLeafType(getNamedType(type)) ? String(type) : String(type).replace(getNamedType(type).name, '{}')
