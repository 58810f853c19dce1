import { globSync, readFileSync, writeFileSync } from 'node:fs'
import type { Statement } from '#services/kernel/database/statement.js'
import { ownedTables } from '../support/account-keys.js'
import { buildersWithoutAccount, tablesWithoutAccount } from '../support/account-statements.js'
import { openTestDatabase } from '../support/open-database.js'

/** Files and statements that read or change rows of all accounts on purpose, with the reason. */
const ALL_ACCOUNTS: Record<string, string> = {
  'src/services/billing/journal': 'the journal of the whole business, for operators',
  'src/services/entitlements/invariants': 'an invariant compares the stored data of all accounts',
  'src/services/billing/invariants': 'an invariant compares the stored data of all accounts',
  'src/services/marketplace/invariants': 'an invariant compares the stored data of all accounts',
  'src/services/deployments/invariants': 'an invariant compares the stored data of all accounts',
  'src/services/entitlements/analytics': 'a report adds up all accounts',
  'src/services/entitlements/metrics': 'a report adds up all accounts',
  'src/services/billing/analytics': 'a report adds up all accounts',
  'src/services/billing/reconciliation': 'a comparison reads everything that a provider has of us',
  'src/services/ops/dead-letters': 'operators see the failed rows of all accounts',
  'src/services/kernel/claim-loop/read-queues.sql.ts': 'a metric counts the rows that wait, of all accounts',
  'src/services/billing/imports': 'an import compares the objects of a provider of all accounts',
  'src/services/billing/usage-comparisons': 'a comparison has accounts and uses of all accounts',
  'src/services/billing/usage-batches': 'a batch has lines in all accounts',
  'src/services/billing/adoption/apply-balances.ts waitingBalances': 'an import applies balances of all accounts',
  'src/services/billing/catalog-push/load-wanted.ts scheduledPrices': 'a push keeps prices that any account will pay',
  'src/services/kernel/retention': 'the sweep deletes old rows of all accounts',
  'src/services/deployments/retention': 'the sweep deletes old rows of all accounts',
  'src/services/ops/retention': 'the sweep deletes old rows of all accounts',
  'src/services/ops/advance-clock': 'the sandbox waits until no account has pending work',
  'src/services/marketplace/counts': 'the totals of a template include all accounts',
  'src/services/marketplace/earnings/earnings.sql.ts sumEarningsByTemplate':
    'the totals of a template include all accounts',
  'src/services/marketplace/earnings/earnings.sql.ts countInstalls': 'the totals of a template include all accounts',
  'src/services/marketplace/payouts/payouts.ts': 'operators see the payouts to all vendors',
  'src/services/marketplace/review/delete-template.ts': 'a template that any account owns cannot be deleted',
  'src/services/entitlements/plans/comped-plans-of-account.ts compedPlansByIds': 'nodes are read by their IDs',
  'src/services/entitlements/plans/plan-holders.ts': 'the holders of a plan belong to all accounts',
  'src/services/kernel/mail/send-mail.ts': 'the mail queue sends the mails of all accounts',
  'src/services/kernel/events/events.sql.ts recentStreams': 'a poll looks for recent events of all streams',
  'src/services/kernel/events/events.sql.ts recentStreamsOf': 'a poll looks for recent events of all streams',
  'src/services/billing/inbox/sync-provider-object.ts draftsOf': 'an event names an invoice and not its account',
  'src/services/billing/checkout/checkout.sql.ts listUnresolvedIntents': 'the sweep continues intents of all accounts',
  'src/services/billing/model/subscriptions.sql.ts unresolvedChanges': 'the sweep continues changes of all accounts',
  'src/services/deployments/hooks/server-metrics.sql.ts mergeLoad': 'the sweep merges old periods of all accounts',
  'src/services/deployments/deployment-jobs.ts': 'the sweep deletes expired rows of all accounts',
  'src/services/deployments/commands/long-poll-registry.ts recentlyChanged':
    'a poll looks for recent changes of all queues',
  'src/services/deployments/commands/sweep-commands.ts': 'the sweep ends commands of all accounts',
  'src/services/deployments/outages/alert-outages.ts countOpen': 'a metric counts the outages of all accounts',
  'src/services/deployments/queries/list-account-deployments.ts readDeployments':
    'operators see the deployments of all accounts; the condition of a list of an account is built elsewhere',
  'src/services/billing/subscriptions/reopened-subscription.ts readReopenedAgain':
    'the sweep reads subscriptions of all accounts again',
  'src/services/billing/subscriptions/migrate/migration-candidates.ts subscribersOfOldVersions':
    'a migration changes the subscriptions of all accounts',
  'src/services/billing/subscriptions/migrate/plan-migrations.ts stepsOfMigration':
    'a migration has steps in all accounts',
  'src/services/billing/subscriptions/migrate/plan-migrations.ts countSteps': 'a migration has steps in all accounts',
  'src/services/billing/subscriptions/migrate/run-plan-migration.ts pendingSteps':
    'a migration has steps in all accounts',
  'src/services/marketplace/earnings/vendor-earnings.ts listPayableBalances':
    'operators see the balances of all vendors',
  'src/services/ops/account-data/run-deletion.ts deleteFormerMembers':
    'a user is deleted who is a member of no other account',
}

/** Statements that find rows by a name before the account is known, by the reason. */
const BY_NAME: Record<string, readonly string[]> = {
  'a request, a job or an operator names the ID only, and the row tells the account': [
    'billing/model/negotiated-plans.ts ownerOfPrice',
    'billing/model/checkout-queries.ts findCheckout',
    'billing/checkout/transition-checkout.ts transitionCheckout',
    'billing/model/purchase-queries.ts findPurchase',
    'billing/refunds/close-ended-subscription.ts closeEndedSubscription',
    'billing/model/change-queries.ts findChange',
    'billing/subscriptions/grace/end-grace.ts findOverdue',
    'billing/model/subscription-queries.ts findSubscription',
    'billing/model/subscription-queries.ts readSubscription',
    'deployments/queries/command-status.ts isCommandSelected',
    'deployments/commands/deployment-cache.ts createDeploymentCache',
    'deployments/model/deployment-queries.ts findDeployment',
    'deployments/model/deployment-queries.ts findReport',
    'deployments/queries/find-deployments.ts deploymentById',
    'deployments/model/select-commands.ts selectListedCommands',
    'deployments/model/select-commands.ts selectCommands',
    'entitlements/plans/expire-plan.ts expirePlan',
    'identity/members/invitation.ts openInvitations',
    'identity/members/send-invitation.ts findInvitation',
    'marketplace/earnings/record-sale.ts recordSale',
    'marketplace/ownership/expire-ownership.ts expireOwnership',
    'ops/account-data/account-jobs.ts findTask',
    'billing/audit/billing-audited.ts auditedPurchase',
    'entitlements/audit/entitlement-audited.ts auditedGrant',
    'identity/audit/identity-audited.ts auditedInvitation',
    'deployments/audit/deployment-audited.ts auditedCommand',
    'billing/audit/billing-audited.ts auditedCheckout',
  ],
  'a response loads its objects together, and they can belong to several accounts': [
    'billing/model/billing-links.ts purchasesByIds',
    'billing/model/billing-links.ts purchasesOfCheckouts',
    'billing/model/billing-links.ts purchasesOfInvoices',
    'billing/model/billing-links.ts invoicesByIds',
    'billing/model/billing-links.ts invoicesAtProvider',
    'billing/model/billing-links.ts subscriptionsAtProvider',
    'billing/model/billing-links.ts subscriptionsOfCheckouts',
    'billing/model/billing-links.ts refundsByIds',
    'billing/model/billing-links.ts disputesByIds',
    'billing/model/billing-links.ts negotiatedPlansByIds',
    'billing/model/billing-links.ts subscriptionChangesByIds',
    'billing/model/billing-links.ts topUpsByIds',
    'billing/model/billing-links.ts disputesOfPurchases',
    'billing/model/billing-links.ts refundsOfPurchases',
    'billing/queries/billing-queries.ts checkoutsByIds',
    'billing/queries/billing-queries.ts subscriptionsByIds',
    'billing/queries/billing-queries.ts itemsOfSubscriptions',
    'billing/queries/billing-queries.ts subscriptionItemsByIds',
    'billing/model/change-queries.ts scheduledChangesOf',
    'billing/model/change-queries.ts creditedChangesOf',
    'billing/subscriptions/migrate/plan-migrations.ts migrationStepsByIds',
    'billing/usage-amendments/usage-amendments.ts amendmentsByIds',
    'deployments/app-states/record-app-states.ts appStatesOf',
    'deployments/model/compose-agents.ts composeAgentsOf',
    'entitlements/alerts/alert-states.ts alertsByIds',
    'entitlements/spend-caps/cap-rows.ts capsByIds',
    'deployments/hooks/server-metrics.sql.ts readLoad',
    'deployments/hooks/store-sample.ts samplesOf',
    'deployments/outages/outages.ts outagesByIds',
    'deployments/presence/presence.ts selectHeldCommands',
    'deployments/model/deployment-queries.ts deploymentsByIds',
    'deployments/model/deployment-queries.ts deploymentsByHashes',
    'deployments/model/deployment-queries.ts agentsByDeploymentIds',
    'deployments/model/deployment-queries.ts agentsByIds',
    'deployments/model/large-values.ts commandValues',
    'deployments/model/large-values.ts rawReports',
    'deployments/model/large-values.ts withLargeParameters',
    'deployments/model/latest-commands.sql.ts listLatestCommands',
    'deployments/queries/list-commands.ts commandCounts',
    'entitlements/credits/grant-queries.ts grantsByIds',
    'identity/members/invitation-queries.ts invitationsByIds',
    'identity/members/visible-member.ts membersByIds',
    'kernel/events/events.sql.ts findEventsByIds',
    'marketplace/earnings/vendor-earnings.ts linesByIds',
    'marketplace/earnings/vendor-earnings.ts soldTemplates',
    'marketplace/payouts/vendor-payouts.ts payoutsByIds',
    'ops/account-data/account-jobs.ts tasksByIds',
  ],
  'a batch names the IDs of rows of several accounts, so that one statement serves many agents': [
    'deployments/agents/agent-requests.sql.ts recordHeartbeats',
    'deployments/agents/agent-requests.sql.ts recordRequests',
    'deployments/commands/command-queue.sql.ts claimCommands',
    'deployments/commands/command-queue.sql.ts insertCommands',
    'deployments/commands/command-queue.sql.ts transitionCommands',
  ],
  'a provider names its own object, and the row tells the account': [
    'billing/model/checkout-queries.ts findCheckoutBySession',
    'billing/adoption/find-account.ts findAccountOfCustomer',
    'billing/inbox/sync-provider-object.ts unpaidSessions',
    'billing/model/invoice-subject.ts ownCheckout',
    'billing/invoices/sync-invoice.ts arrivedAfterEnd',
    'billing/invoices/sync-invoice.ts recordPaidInvoices',
    'billing/model/project-purchase.ts findPurchaseOf',
    'billing/model/purchase-queries.ts purchaseOfCheckout',
    'billing/purchases/sync-payment.ts purchaseOfPayment',
    'billing/book/our-subscription.ts selectSubscription',
    'billing/book/our-subscription.ts findSubscriptionAtProvider',
    'billing/model/subscription-queries.ts isNewSubscription',
    'billing/overage/report-usage.ts noteErrors',
  ],
  'an agent or a client names a deployment, an agent or a secret, and the row tells the account': [
    'deployments/agents/agent-keys.ts createAgentKeyRing',
    'deployments/broker/queue-message.ts queueBrokerMessage',
    'deployments/presence/presence.ts currentAgent',
    'deployments/queries/deployments.ts visibleDeployment',
    'identity/members/send-invitation.ts findInvitationByToken',
  ],
  'a principal has one key for calls about several accounts': [
    'entitlements/usage/find-ledger-operation.ts findLedgerOperation',
    'kernel/idempotency/find-idempotent-operation.ts findOperation',
  ],
  'a vendor remains without an account after its account is deleted': [
    'marketplace/earnings/earnings.sql.ts sumEarnings',
    'marketplace/earnings/vendor-earnings.ts balancesOf',
    'marketplace/earnings/vendor-earnings.ts selectEntries',
    'marketplace/payouts/pay-out-vendor.ts payableBalanceOf',
    'marketplace/payouts/vendor-payouts.ts selectPayouts',
  ],
}

/** Places with a reason: a folder, a file, or a file and the name of a statement or function in it. */
const PLACES = [
  ...Object.keys(ALL_ACCOUNTS),
  ...Object.values(BY_NAME).flatMap((places) => places.map((place) => `src/services/${place}`)),
]

const BASELINE = 'test/architecture/account-statements-baseline.json'
const LOWER = 'LOWER_BASELINE=1 npm test -- test/architecture/account-statements.test.ts'

/** A statement that names no account in its conditions: the file, the constant or function, and the tables. */
interface Finding {
  readonly file: string
  readonly name: string
  readonly tables: readonly string[]
}

/**
 * A database on several machines finds the rows of a statement by the account. The test reads the text and not the plan:
 * one condition about the account is enough, and builders that are composed in several functions are seen in parts.
 */
describe('statements about account-owned tables', () => {
  let findings: readonly Finding[]
  let total = 0
  beforeAll(async () => {
    const opened = await openTestDatabase()
    const owned = await ownedTables(opened.database)
    await opened.close()
    const files = globSync('src/**/*.ts').toSorted()
    const texts = await Promise.all(files.filter((file) => file.endsWith('.sql.ts')).map(statementsOf))
    total = texts.flat().length
    findings = [
      ...texts.flat().map(({ file, name, text }) => ({ file, name, tables: tablesWithoutAccount(text, owned) })),
      ...files
        .filter((file) => !file.endsWith('.sql.ts'))
        .flatMap((file) =>
          buildersWithoutAccount(readFileSync(file, 'utf8'), new Set(owned)).map(({ declaration, table }) => ({
            file,
            name: declaration,
            tables: [table],
          })),
        ),
    ].filter(({ tables }) => tables.length > 0)
  })

  const isAt = (place: string, { file, name }: Finding) =>
    `${file}/`.startsWith(`${place}/`) || place === `${file} ${name}`

  it('name the account, have a reason, or are among those that are left', () => {
    expect(total).toBeGreaterThan(100)
    const left: Record<string, number> = {}
    for (const { file, name } of findings.filter((finding) => !PLACES.some((place) => isAt(place, finding))))
      left[`${file} ${name}`] = (left[`${file} ${name}`] ?? 0) + 1
    const baseline = JSON.parse(readFileSync(BASELINE, 'utf8')) as Record<string, number>
    const more = Object.entries(left).filter(([file, count]) => count > (baseline[file] ?? 0))
    expect(more).toEqual([])
    if (process.env['LOWER_BASELINE']) writeFileSync(BASELINE, `${JSON.stringify(left, null, 2)}\n`)
    else expect([LOWER, baseline]).toEqual([LOWER, left])
  })

  it('still exist where a reason is given', () => {
    const unused = PLACES.filter((place) => !findings.some((finding) => isAt(place, finding)))
    expect(unused).toEqual([])
  })
})

describe('reading of statements', () => {
  const owned = ['invoice', 'purchase']

  it.each([
    ['select 1 from invoice where id = $1', ['invoice']],
    ['select account_id from invoice i join purchase p on p.id = i.id', ['invoice', 'purchase']],
    ['update purchase set amount = 1 where id = $1', ['purchase']],
    ['select 1 from invoice where id = $1 and account_id = $2', []],
    ['select 1 from invoice i join account a on a.id = i.account_id', []],
    ['select 1 from purchase where (id, account_id) in (select id, account_id from changed)', []],
    ['insert into purchase (id) values ($1)', []],
    ['select 1 from account where id = $1', []],
  ])('%s: %j', (text, tables) => {
    expect(tablesWithoutAccount(text, owned)).toEqual(tables)
  })

  it.each([
    [`query.selectFrom('invoice').selectAll().where('id', '=', id).execute()`, ['invoice']],
    [`query.selectFrom('invoice as i').select(['i.accountId']).where('i.id', '=', id)`, ['invoice']],
    [`query.updateTable('purchase').set({ accountId }).where('id', '=', id)`, ['purchase']],
    [`query.deleteFrom('purchase').where('accountId', '=', accountId).execute()`, []],
    [`query.selectFrom('invoice').where((eb) => eb.and({ accountId, id }))`, []],
    [`query.selectFrom('account').where('id', '=', id)`, []],
    [`// query.selectFrom('invoice')`, []],
  ])('%s: %j', (source, tables) => {
    expect(buildersWithoutAccount(source, new Set(owned)).map(({ table }) => table)).toEqual(tables)
  })
})

async function statementsOf(file: string): Promise<{ file: string; name: string; text: string }[]> {
  const exported = (await import(`${process.cwd()}/${file}`)) as Record<string, string | Statement<object, unknown>>
  return Object.entries(exported).flatMap(([name, value]) =>
    typeof value === 'object' ? [{ file, name, text: value.text }] : [],
  )
}
