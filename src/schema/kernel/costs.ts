import { getNamedType, getNullableType, isInterfaceType, isListType, isObjectType, type GraphQLSchema } from 'graphql'

/** Cost of a field that its selection does not show. The edge reads it from the extension `cost`. */
export interface FieldCost {
  /** Cost in addition to 1: the value can be large. */
  readonly weight?: number
  /** Assumed number of items of a list without pages. */
  readonly size?: number
}

/** Assumed number of items of a list without pages, unless the tables below declare another. */
export const ASSUMED_ITEMS = 10

/** Assumed number of items of lists of a type. */
export const ITEMS_OF_TYPE: Readonly<Record<string, number>> = {
  CommandError: 3,
  CreditNote: 1,
  Denial: 3,
  Dispute: 2,
  EntitlementSource: 5,
  InvoiceLine: 5,
  Money: 2,
  Price: 4,
  Refund: 2,
  Remedy: 3,
  SubscriptionItem: 3,
}

/** Costs of single fields. A large value is loaded only if it is selected. */
export const FIELD_COSTS: Readonly<Record<string, FieldCost>> = {
  'AccountUsage.credits': { size: 3 },
  'AccountUsage.seats': { size: 3 },
  'SubAccount.limits': { size: 3 },
  // Calls to the payment provider, which limits them for all accounts together.
  'BillingSubscription.noUpcomingInvoiceReason': { weight: 100 },
  'BillingSubscription.upcomingInvoice': { weight: 100 },
  'Query.previewAutoTopUp': { weight: 100 },
  'Capabilities.catalog': { size: 26 },
  'Command.parameters': { weight: 20 },
  'Command.rawReport': { weight: 50 },
  'Command.result': { weight: 50 },
  'Command.typedResult': { weight: 20 },
  'AccountAccess.webhookEndpoints': { size: 20 },
  'Deployment.containers': { size: 10, weight: 20 },
  'Deployment.configDrift': { weight: 20 },
  'Deployment.latestCommands': { size: 20 },
  'DeploymentServer.loadHistory': { size: 100 },
  'Query.webhookEventCounts': { size: 7 },
  'ReconciliationReport.acceptedDifferences': { size: 5 },
  'ReconciliationReport.document': { weight: 20 },
  'WebhookEvent.payload': { weight: 20 },
  'CatalogCheck.changes': { size: 50, weight: 20 },
  'CatalogCheck.preview': { weight: 100 },
  'CatalogDraft.text': { weight: 20 },
  'CatalogVersion.text': { weight: 20 },
  'Query.catalogDiff': { size: 50, weight: 100 },
  'Deployment.operationPlan': { weight: 20 },
  'LogsResult.lines': { size: 50 },
  'MetricSeries.groups': { size: 2 },
  'MetricSeries.points': { size: 12 },
  'PlanMigrationPreviewItem.lostEntitlements': { size: 3 },
  'Query.queueStats': { size: 8 },
  'Query.policies': { size: 100 },
  'Query.webhookEndpoints': { size: 20 },
  'UsageEffect.denied': { size: 5 },
  'UsageEffect.taken': { size: 3 },
  'UsageComparison.totals': { size: 5 },
  'Query.templateDefinitionIssues': { weight: 20 },
  'Template.definition': { weight: 50 },
  'Template.parameters': { size: 10, weight: 50 },
  'Template.files': { size: 3, weight: 50 },
  'Template.pictures': { size: 5 },
  'Template.links': { size: 5 },
  'TemplateVersion.definition': { weight: 50 },
  'TemplateVersion.parameters': { size: 10, weight: 50 },
  'TemplateVersion.files': { size: 3, weight: 50 },
  'TemplateParameter.options': { size: 3 },
}

/** Attaches the declared costs to the fields of a new schema. */
export function declareCosts(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue
    for (const field of Object.values(type.getFields())) {
      const ofType = isListType(getNullableType(field.type)) ? ITEMS_OF_TYPE[getNamedType(field.type).name] : undefined
      const cost: FieldCost = {
        ...(ofType === undefined ? {} : { size: ofType }),
        ...FIELD_COSTS[`${type.name}.${field.name}`],
      }
      if (Object.keys(cost).length > 0) field.extensions = { ...field.extensions, cost }
    }
  }
}
