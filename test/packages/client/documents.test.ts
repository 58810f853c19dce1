import { Kind, OperationTypeNode, parse, print, type DocumentNode, type OperationDefinitionNode } from 'graphql'
import * as exported from '@stackgate/client/documents'
import { readFileSync } from 'node:fs'
import { screenData, type ScreenData } from '#test/support/screens.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

/** Most that one operation of the client may cost, of 5,000. */
const MAX_COST = 2000

const documents = Object.entries(exported as Record<string, unknown>).filter(
  (entry): entry is [string, DocumentNode] => typeof entry[1] === 'object',
)
const operationOf = (document: DocumentNode) => document.definitions[0] as OperationDefinitionNode
const queries = documents.filter(([, document]) => operationOf(document).operation === OperationTypeNode.QUERY)

describe('documents of the client', () => {
  let server: TestServer
  let data: ScreenData
  let templateId = ''
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-30T09:00:00Z', env: { VENDOR_PAYOUTS: 'stripe' } })
    data = await screenData(server)
    const found = await server.graphql<{ template: { id: string } }>(
      `query ($slug: String!) { template(by: { slug: $slug }) { id } }`,
      { slug: data.templateSlug },
      data.owner.token,
    )
    templateId = found.data.template.id
  })
  afterAll(() => server.close())

  it('cover every operation of the schema', () => {
    const schema = parse(readFileSync('src/schema/schema.graphql', 'utf8'))
    const roots = schema.definitions.flatMap((definition) =>
      definition.kind === Kind.OBJECT_TYPE_DEFINITION && /^(Query|Mutation|Subscription)$/.test(definition.name.value)
        ? definition.fields!.map(({ name }) => `${definition.name.value}.${name.value}`)
        : [],
    )
    const covered = new Set(
      documents.flatMap(([, document]) => {
        const { operation, selectionSet } = operationOf(document)
        const type = `${operation[0]!.toUpperCase()}${operation.slice(1)}`
        return selectionSet.selections.map((selection) => `${type}.${'name' in selection ? selection.name.value : ''}`)
      }),
    )
    // `_entities` and `_service` are for gateways.
    expect(roots.filter((root) => !covered.has(root) && !root.startsWith('Query._'))).toEqual([])
  })

  it('have the names of their operations, and the text that they are parsed from', () => {
    for (const [name, document] of documents) {
      expect(operationOf(document).name!.value).toBe(name)
      expect(print(parse(document.loc!.source.body))).toBe(print(document))
    }
  })

  it.each(queries)('%s is answered, at a cost below the limit', async (name, document) => {
    const [token, variables] = call(name, document)
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, 'graphql-cost': 'true' },
      body: JSON.stringify({ query: document.loc!.source.body, variables }),
    })
    const { errors, extensions } = (await response.json()) as {
      errors?: { extensions: { code: string } }[]
      extensions: { cost: { requested: number } }
    }
    expect(errors).toBeUndefined()
    expect(extensions.cost.requested).toBeLessThanOrEqual(MAX_COST)
  })

  /** The caller is an operator unless the query is about an account. */
  function call(
    name: string,
    document: DocumentNode,
  ): readonly [token: string | null, variables: Record<string, unknown>] {
    const { owner, served, vendor, vendorId, operator } = data
    const account = owner.accountId
    const deployment = { id: served.hash }
    const calls: Record<string, readonly [string | null, Record<string, unknown>]> = {
      Check: [owner.token, { account, feature: 'deployments' }],
      Checks: [owner.token, { requests: [{ feature: 'deployments' }] }],
      // The account of another owner: a new server has no signed root.
      Statement: [vendor.token, { account, from: '2026-01-01T00:00:00Z' }],
      PreviewUsage: [
        owner.token,
        { account, feature: 'deployments', work: { quantities: [{ name: 'tokens', amount: 1 }] } },
      ],
      PreviewUsageAmendment: [operator, { consumptionId: 'con_unknown', amount: 0 }],
      ConsumptionAmendments: [operator, { consumptionId: 'csm_unknown' }],
      CatalogDiff: [operator, { provider: 'STRIPE' }],
      TemplateDefinitionIssues: [vendor.token, { definition: { services: {} } }],
      CatalogProblems: [operator, { yaml: 'business: acme' }],
      CatalogCheck: [operator, { yaml: 'business: acme' }],
      UsageComparison: [operator, { id: 'ucp_unknown' }],
      UsageDifferences: [operator, { usageComparisonId: 'ucp_unknown' }],
      PreviewUsageComparisonEnd: [operator, { usageComparisonId: 'ucp_unknown' }],
      UsageBatch: [operator, { id: 'ubt_unknown' }],
      PreviewUsageBatch: [operator, { usageBatchId: 'ubt_unknown' }],
      PreviewAutoTopUp: [owner.token, { account, terms: { package: 'plus', threshold: 1, maxPerMonth: 1 } }],
      Entitlement: [owner.token, { account, feature: 'deployments' }],
      PlanCheck: [owner.token, { account, plan: 'pro' }],
      Operation: [owner.token, { key: 'never-used' }],
      NodeType: [owner.token, { id: account }],
      InvoiceTimeline: [owner.token, { invoice: 'inv_unknown' }],
      NegotiatedFeatures: [owner.token, { id: 'ngp_unknown' }],
      PlanVersionFeatures: [owner.token, { id: 'plv_unknown' }],
      NodeTypes: [owner.token, { ids: [account, vendorId] }],
      Plan: [owner.token, { code: 'plus', account }],
      Package: [owner.token, { code: 'plus' }],
      TemplateProduct: [owner.token, { externalId: data.templateSlug }],
      Checkout: [owner.token, { by: { providerReference: 'cs_unknown' } }],
      PreviewPlanChange: [owner.token, { input: { plan: 'pro', accountId: account } }],
      PreviewCancellation: [owner.token, { accountId: account }],
      PreviewPause: [owner.token, { accountId: account }],
      PreviewResumption: [owner.token, { accountId: account }],
      PreviewTrialExtension: [operator, { accountId: account, trialEndsAt: '2031-01-01T00:00:00Z' }],
      Invitation: [owner.token, { token: 'unknown' }],
      Template: [owner.token, { by: { slug: data.templateSlug }, account }],
      DeploymentEligibility: [owner.token, { template: templateId, account }],
      Vendor: [owner.token, { by: { id: vendorId } }],
      VendorOverview: [vendor.token, {}],
      VendorTemplate: [vendor.token, { id: templateId }],
      VendorEarnings: [vendor.token, { vendor: vendorId }],
      VendorMetrics: [vendor.token, { vendor: vendorId, metrics: ['EARNINGS_PAYABLE'] }],
      MetricTotals: [operator, { metrics: ['CREDITS_REMAINING'] }],
      Metrics: [operator, { metrics: ['REVENUE', 'MRR', 'CHURN_RATE'] }],
      Journal: [operator, { month: '2026-01', first: 15 }],
      VendorPayouts: [vendor.token, { vendor: vendorId }],
      Deployment: [owner.token, deployment],
      DeploymentAgent: [owner.token, deployment],
      DeploymentApps: [owner.token, deployment],
      ServerLoad: [owner.token, deployment],
      DeploymentCommands: [owner.token, deployment],
      Command: [owner.token, { id: data.logs }],
      CommandResult: [owner.token, { id: data.logs }],
      Commands: [owner.token, { ids: [data.logs] }],
      WebhookDelivery: [owner.token, { id: account }],
      WebhookDeliveryHistory: [owner.token, { id: account }],
      WebhookEvent: [operator, { id: account }],
      ReconciliationRun: [operator, { id: account }],
      PlanMigration: [operator, { id: account }],
      DeadLetter: [operator, { id: account }],
      PriceList: [operator, { id: account }],
      Purchase: [owner.token, { id: account }],
      Search: [operator, { search: account }],
      PlanVersions: [operator, { plan: 'plus' }],
      PreviewPlanMigration: [operator, { plan: 'plus' }],
    }
    const isOfOperators = /^(All|Agents|Outages|AuditLog)/.test(name)
    const isOfAccount = operationOf(document).variableDefinitions?.some(
      ({ variable }) => variable.name.value === 'account',
    )
    return calls[name] ?? (isOfAccount && !isOfOperators ? [owner.token, { account }] : [operator, {}])
  }
})
