import {
  getNullableType,
  isInputObjectType,
  Kind,
  OperationTypeNode,
  visit,
  type GraphQLArgument,
  type GraphQLFieldMap,
  type GraphQLSchema,
  type ObjectFieldNode,
} from 'graphql'
import { checkRequest, consumeRequest } from '#rest/entitlements/entitlement-requests.js'
import { allOperations } from '#modules/all-declarations.js'
import { ClientDocuments, KEY_ARGUMENT } from '#rest/shared-operations/client-documents.js'
import { requestShape } from '#rest/shared-operations/request-shape.js'
import { operationOf } from '#rest/shared-operations/selection-reader.js'
import { readTools, toolSchema } from '#startup/mcp/read-tools.js'

/** The change of each preview. Every query named `preview…` has one. */
const CHANGES: Readonly<Record<string, string>> = {
  check: 'consume',
  previewAutoTopUp: 'setAutoTopUp',
  previewCancellation: 'cancelSubscription',
  previewPause: 'pauseSubscription',
  previewPlanChange: 'changePlan',
  previewPlanMigration: 'migratePlan',
  previewResumption: 'resumeSubscription',
  previewTrialExtension: 'extendTrial',
  previewUsageAmendment: 'amendUsage',
  previewUsageBatch: 'closeUsageBatch',
  previewUsageComparisonEnd: 'endUsageComparison',
}

/** Tools whose preview shows the object before the change. It decides nothing, so that it has only the arguments that name the object. */
const STATES: Readonly<Record<string, readonly string[]>> = {
  apply_price_list: ['priceList'],
  grant_credits: ['account', 'feature'],
  set_terms: ['account'],
  refund_purchase: ['purchase'],
  reject_price_list: ['priceList'],
  rename_api_key: [],
  restart_app: ['deployment'],
  retry_dead_letter: ['deadLetter'],
  stop_deployment: ['deployment'],
}

/** Names of the arguments, with the members of an input instead of the input, without the key of the change. */
const namesOf = (args: readonly GraphQLArgument[]): string[] =>
  args
    .flatMap(({ name, type }) => {
      const own = getNullableType(type)
      return name === 'input' && isInputObjectType(own) ? Object.keys(own.getFields()) : [name]
    })
    .filter((name) => name !== KEY_ARGUMENT)
    .toSorted()

const rootOf = (document: ReturnType<ClientDocuments['firstFieldOf']>): string => {
  const [field] = operationOf(document).selectionSet.selections
  if (field?.kind !== Kind.FIELD) throw new Error('The document begins with no field')
  return field.name.value
}

describe('A preview', () => {
  const schema: GraphQLSchema = toolSchema()
  const documents = new ClientDocuments()
  const [queries, mutations] = [schema.getQueryType()!, schema.getMutationType()!].map(
    (type): GraphQLFieldMap<unknown, unknown> => type.getFields(),
  ) as [GraphQLFieldMap<unknown, unknown>, GraphQLFieldMap<unknown, unknown>]
  const pairs = Object.entries(CHANGES)

  it('belongs to a change', () => {
    const previews = Object.keys(queries).filter((name) => name.startsWith('preview'))
    expect(previews.filter((name) => !(name in CHANGES))).toEqual([])
  })

  it.each(pairs)('%s takes every argument of %s in GraphQL', (preview, change) => {
    expect(namesOf(queries[preview]!.args)).toEqual(expect.arrayContaining(namesOf(mutations[change]!.args)))
  })

  it('receives every argument of its query in each document that sends it', () => {
    const missing = documents.names().flatMap((name) => {
      const document = documents.firstFieldOf(name)
      const field = queries[rootOf(document)]
      // A document about work has no amount.
      if (operationOf(document).operation !== OperationTypeNode.QUERY || !field || !(field.name in CHANGES)) return []
      const given: string[] = []
      visit(operationOf(document), {
        Argument: ({ name: { value }, value: content }, _key, _parent, _path, ancestors) => {
          if (ancestors.filter((each) => 'kind' in each && each.kind === Kind.FIELD).length > 1) return
          given.push(value)
          if (content.kind === Kind.OBJECT) given.push(...content.fields.map((one: ObjectFieldNode) => one.name.value))
        },
      })
      return field.args
        .map((arg) => arg.name)
        .filter((arg) => !given.includes(arg) && !(arg === 'amount' && given.includes('work')))
        .map((arg) => `${name} ${arg}`)
    })
    expect(missing).toEqual([])
  })

  it('has every member of its change over REST', () => {
    const membersOf = (root: string): string[] | null => {
      const found = allOperations.find(({ document }) => rootOf(documents.firstFieldOf(document)) === root)
      if (!found) return null
      const options = { names: found.names ?? {}, restText: (text: string | null | undefined) => text ?? '' }
      const { shape } = requestShape(schema, documents.firstFieldOf(found.document), options).body
      return Object.keys(shape).filter((name) => name !== 'idempotency_key')
    }
    const compared = pairs
      .map(([preview, change]) => [preview, membersOf(preview), membersOf(change)] as const)
      .filter(([, preview, change]) => preview && change)
    expect(compared.length).toBeGreaterThan(7)
    for (const [name, preview, change] of compared)
      expect([name, preview]).toEqual([name, expect.arrayContaining(change!)])
    const consumed = Object.keys(consumeRequest.shape).filter((name) => name !== 'idempotency_key')
    expect(Object.keys(checkRequest.shape)).toEqual(expect.arrayContaining(consumed))
  })

  it('receives every argument of its tool, or only shows the object before the change', () => {
    const found: Record<string, string[]> = {}
    for (const { name, operation, preview } of readTools(schema)) {
      if (!preview) continue
      const names = operation.inputs.map((input) => input.name)
      const received = preview.inputs.map((input) => input.name)
      const args = Object.fromEntries(names.map((each) => [each, {}]))
      // The tool sends the variables that the document declares.
      const sent = JSON.stringify(preview.variablesOf(args)).split('{}').length - 1
      expect([name, sent]).toEqual([name, received.length])
      const isDecision = 'denial' in outputsOf(preview.output) || 'matchedCount' in outputsOf(preview.output)
      if (isDecision) expect([name, received.toSorted()]).toEqual([name, names.toSorted()])
      else found[name] = received
    }
    expect(found).toEqual(STATES)
  })
})

/** Members of the first root field of a result. */
function outputsOf(output: Readonly<Record<string, unknown>>): object {
  const [root] = Object.values(output['properties'] as Record<string, { properties?: object }>)
  return root?.properties ?? {}
}
