import { randomUUID } from 'node:crypto'
import { chainNewEntries } from '#services/entitlements/ledger-chain/chain-new-entries.js'
import { makeRoot } from '#services/entitlements/ledger-chain/make-root.js'
import type { StatementDocument } from '#services/entitlements/ledger-chain/statement-document.js'
import type { EntitlementService } from './entitlements.js'
import type { TestServer } from './test-server.js'

/** Chains all entries and signs a root now. */
export async function chainAndSign({ app }: TestServer): Promise<void> {
  const at = app.context.clock.now()
  await chainNewEntries(app.context, null)
  await makeRoot(app.context, at)
}

/** Uses credits of an account, one by one. */
export async function useCredits(
  service: EntitlementService,
  accountId: string,
  feature: string,
  count: number,
): Promise<void> {
  for (let index = 0; index < count; index++)
    await service.consume({ accountId, feature, amount: 1, reference: `story ${index}`, idempotencyKey: randomUUID() })
}

/** The document of a statement, as a caller receives it. */
export async function readStatement(
  server: TestServer,
  token: string,
  input: { accountId: string; from: string; to?: string | null },
): Promise<StatementDocument> {
  const { data, errors } = await server.graphql<{
    account: { usage: { statement: { document: StatementDocument } } }
  }>(
    `query ($accountId: ID, $from: DateTime!, $to: DateTime) {
      account(id: $accountId) { usage { statement(from: $from, to: $to) { document } } }
    }`,
    input,
    token,
  )
  if (errors) throw new Error(errors[0]!.message)
  return data.account.usage.statement.document
}
