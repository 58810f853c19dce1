import { randomUUID } from 'node:crypto'
import { chainNewEntries } from '#services/entitlements/ledger-chain/chain-new-entries.js'
import { makeRoot } from '#services/entitlements/ledger-chain/make-root.js'
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
