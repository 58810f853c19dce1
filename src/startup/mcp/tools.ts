/** Operations of `packages/client/documents` that are sent as one document, and the form that a tool gives them. */
export interface ToolDocument {
  /** Names of the operations. The variables become the inputs, and so do the members of a variable `input`. */
  readonly documents: readonly string[]
  /** Inputs that are renamed, with the path to the value; a variable that has them has no others. By default an input has the name of its variable or member, without `Id` or `Hash` at the end. */
  readonly names?: Readonly<Record<string, string>>
  /** Values that are always sent, by their path. */
  readonly fixed?: Readonly<Record<string, unknown>>
  /** Fields that are not read, besides those of no tool. */
  readonly without?: readonly string[]
}

/** A tool. Its inputs, their texts and its document follow from the schema and its operations. */
export interface ToolRow extends ToolDocument {
  readonly name: string
  /** Default: the text of the root field. */
  readonly description?: string
  /** Permission on the account without which the server rejects the call. Default: that of the root field. */
  readonly account?: string
  /** A tool that changes something has a preview. */
  readonly preview?: ToolDocument & { readonly description: string }
}

const DEPLOYMENT = { deployment: 'id' }
/** Fields for the page of a deployment. */
const PAGE_OF_DEPLOYMENT = ['startedBy', 'containers', 'alarms', 'server', 'capabilities', 'systemInfo', 'viewerCan']

const PRICE_LIST = { priceList: 'id' }

const DEPLOYMENT_NOW = {
  documents: ['Deployment'],
  names: DEPLOYMENT,
  without: [...PAGE_OF_DEPLOYMENT, 'latestCommands', 'configDrift', 'template'],
}
const ENTITLEMENT_NOW = { documents: ['Entitlement'], without: ['revision', 'overage'] }

/** Every tool, by name. */
export const TOOLS: readonly ToolRow[] = [
  {
    name: 'apply_price_list',
    documents: ['ApplyPriceList'],
    names: PRICE_LIST,
    preview: {
      documents: ['PriceList'],
      names: PRICE_LIST,
      description: 'Returns the proposed prices with those before.',
    },
  },
  {
    name: 'cancel_subscription',
    documents: ['CancelSubscription'],
    preview: {
      documents: ['PreviewCancellation'],
      description: 'Returns the effective time and the credit for unused time.',
    },
  },
  {
    name: 'change_plan',
    description: 'Changes plan, interval or quantity of the active subscription of an account.',
    documents: ['ChangePlan'],
    preview: {
      documents: ['PreviewPlanChange'],
      description: 'Returns the amount due, the effective time and the limits after the change.',
    },
  },
  {
    name: 'check_entitlement',
    description: 'Explains whether an account may use a feature now, and which steps would allow it. Consumes nothing.',
    documents: ['Check'],
    account: 'ENTITLEMENTS_READ',
    without: ['entitlement'],
  },
  { name: 'check_invariants', documents: ['Invariants'] },
  {
    name: 'consume',
    documents: ['Consume'],
    without: ['entitlement'],
    preview: {
      documents: ['Check'],
      description: 'Returns whether the account could use the units now, and which steps would allow it.',
      without: ['entitlement'],
    },
  },
  {
    name: 'get_account',
    description: 'Returns an account: name, kind, plan, members, and what the key may do with it.',
    documents: ['Account', 'Members'],
    account: 'ACCOUNT_READ',
    without: ['billing', 'usage', 'planVersion', 'email'],
  },
  {
    name: 'get_billing',
    description:
      'Returns the subscription, the latest invoices with their first ten lines, and the latest purchases of an account.',
    documents: ['CurrentSubscription', 'Invoices', 'Purchases'],
    account: 'BILLING_READ',
    // Each of the lists has cursors of its own.
    fixed: { after: null },
    without: ['planVersion', 'pageInfo', 'paymentUrl', 'url', 'pdfUrl', 'receiptUrl'],
  },
  { name: 'get_catalog_diff', documents: ['CatalogDiff'] },
  {
    name: 'get_command',
    description: 'Returns the status of a command for an agent, with its error.',
    documents: ['Command'],
    names: { command: 'id' },
    account: 'DEPLOYMENTS_READ',
    without: ['parameters', 'reportUrl', 'typedResult', 'createdBy'],
  },
  {
    name: 'get_deployment',
    description: 'Returns a deployment: applications with their state and health, its agent, and the latest commands.',
    documents: ['Deployment'],
    names: DEPLOYMENT,
    account: 'DEPLOYMENTS_READ',
    without: PAGE_OF_DEPLOYMENT,
  },
  {
    name: 'get_entitlements',
    description: 'Returns what an account may use now: limits, quotas and credits with use, rest and sources.',
    documents: ['Entitlements'],
    account: 'ENTITLEMENTS_READ',
  },
  {
    name: 'get_installation',
    description:
      'Returns what this installation is: business, mode (sandbox, test or live), currencies, payment providers, business clock, and the operator permissions of the key.',
    documents: ['Installation'],
    without: ['providerConfiguration', 'parentOrigin', 'eventTypes', 'apiKeyScopes'],
  },
  {
    name: 'get_metrics',
    description:
      'Returns business figures over time: revenue, recurring revenue and its movements, churn, trials, sales by product, credits and usage. Each metric has its definition.',
    documents: ['Metrics'],
  },
  {
    name: 'grant_credits',
    documents: ['GrantCredits'],
    preview: {
      ...ENTITLEMENT_NOW,
      description: 'Returns the account and its units of the feature before the grant.',
    },
  },
  {
    name: 'list_audit_log',
    description:
      'Lists the audit log, the newest first: changes, rejected attempts and reads of operators. Calls by MCP have a request ID that begins with `mcp:`.',
    documents: ['AuditLog'],
  },
  { name: 'list_dead_letters', documents: ['DeadLetters'], without: ['payload'] },
  {
    name: 'list_deployments',
    description: 'Lists the deployments of an account, the newest first.',
    documents: ['Deployments'],
    account: 'DEPLOYMENTS_READ',
    without: ['viewerCan'],
  },
  {
    name: 'list_plans',
    description: 'Lists the plans for sale by rank, with prices and the features that each grants.',
    documents: ['Plans'],
  },
  { name: 'list_price_lists', documents: ['PriceLists'] },
  { name: 'list_provider_events', documents: ['WebhookEvents'] },
  {
    name: 'list_templates',
    description: 'Lists published templates of the marketplace, with their prices and required plans.',
    documents: ['Templates'],
    without: ['product', 'eligibility', 'icon'],
  },
  {
    name: 'refund_purchase',
    documents: ['RefundPurchase'],
    names: { purchase: 'id' },
    preview: {
      documents: ['Purchase'],
      names: { purchase: 'id' },
      description: 'Returns the purchase with its amount and its earlier refunds.',
    },
  },
  {
    name: 'reject_price_list',
    documents: ['RejectPriceList'],
    names: PRICE_LIST,
    preview: {
      documents: ['PriceList'],
      names: PRICE_LIST,
      description: 'Returns the proposed prices with those before.',
    },
  },
  {
    name: 'rename_api_key',
    documents: ['RenameApiKey'],
    names: { apiKey: 'id' },
    account: 'KEYS_MANAGE',
    preview: {
      documents: ['ApiKeys'],
      fixed: { account: null, first: 50, after: null },
      description: 'Returns the API keys of the own account before the change.',
    },
  },
  {
    name: 'replay_provider_events',
    documents: ['ReplayWebhooks'],
    names: { filter: 'filter' },
    fixed: { dryRun: false },
    preview: {
      documents: ['ReplayWebhooks'],
      names: { filter: 'filter' },
      fixed: { dryRun: true },
      description: 'Returns the number of events that the filter matches.',
    },
  },
  {
    name: 'restart_app',
    description: 'Queues the restart of an application of a deployment. The tool `get_command` returns its progress.',
    documents: ['EnqueueCommand'],
    names: { deployment: 'deploymentId', app: 'command.restart.appCode' },
    account: 'COMMANDS_WRITE',
    without: ['createdBy'],
    preview: {
      ...DEPLOYMENT_NOW,
      description: 'Returns the deployment with the state of its applications and its agent.',
    },
  },
  {
    name: 'retry_dead_letter',
    documents: ['RetryDeadLetter'],
    names: { deadLetter: 'id' },
    preview: {
      documents: ['DeadLetter'],
      names: { deadLetter: 'id' },
      description: 'Returns the dead letter with its last error.',
    },
  },
  {
    name: 'search',
    description:
      'Finds objects of the installation by a text: accounts, users, deployments, purchases, subscriptions, invoices and more.',
    documents: ['Search'],
  },
  {
    name: 'set_terms',
    documents: ['SetTerms'],
    preview: {
      documents: ['Entitlements', 'AccountCompedPlans'],
      fixed: { features: null },
      without: ['cursor', 'revision', 'overage'],
      description:
        'Returns the account, its complimentary plans and what it may use, with the sources, before the change.',
    },
  },
  {
    name: 'stop_deployment',
    documents: ['StopDeployment'],
    names: { deployment: 'id' },
    account: 'DEPLOYMENTS_MANAGE',
    preview: {
      ...DEPLOYMENT_NOW,
      description: 'Returns the deployment with its account, applications and agent.',
    },
  },
]
