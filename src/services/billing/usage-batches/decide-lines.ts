import type { UsageBatchLineRow } from '#entities/billing/usage-batch-line.entity.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { EntitlementsContext } from '#services/entitlements/entitlements-context.js'
import { isPooled } from '#services/entitlements/model/decide-route.js'
import type { AccountSnapshot } from '#services/entitlements/model/account-snapshot.js'
import { accountNotFound } from '#services/identity/model/guard.js'
import { decideOperations } from '#services/entitlements/usage/decide-operations.js'
import type { Outcome } from '#services/entitlements/usage/usage-operation.js'
import { ownTurn } from '#services/kernel/event-loop/own-turn.js'
import type { BillingContext } from '../model/billing-context.js'
import { membersOfLines, operationOf, type LineToDecide } from './apply-lines.js'

const ACCOUNTS_PER_READ = 200

/** Lines that one account decides, with their outcomes in the order of the lines. */
export interface DecidedLines<Line> {
  /** Account that decided: the parent, for units of its pool. */
  readonly snapshot: AccountSnapshot
  readonly lines: readonly Line[]
  readonly outcomes: readonly Outcome[]
  /** The account afterwards. */
  readonly after: AccountSnapshot
}

/** Current snapshots of the accounts of lines, by ID. */
export async function snapshotsOf(
  { entitlements }: EntitlementsContext,
  lines: readonly Pick<UsageBatchLineRow, 'accountId'>[],
): Promise<ReadonlyMap<string, AccountSnapshot>> {
  const accountIds = [...new Set(lines.map(({ accountId }) => accountId))]
  const snapshots = new Map<string, AccountSnapshot>()
  for (let at = 0; at < accountIds.length; at += ACCOUNTS_PER_READ) {
    const part = accountIds.slice(at, at + ACCOUNTS_PER_READ)
    const read = await entitlements.snapshotReader.read(part.map((reference) => ({ reference, userId: null })))
    read.forEach((found, index) => {
      if (!found) throw accountNotFound()
      snapshots.set(part[index]!, found.snapshot)
    })
  }
  return snapshots
}

/**
 * Decides lines as closing their batch would, without recording anything. Lines of one account, or of one pool, are decided one after
 * another, in their order.
 */
export async function* decideLines<Line extends LineToDecide>(
  context: BillingContext,
  snapshots: ReadonlyMap<string, AccountSnapshot>,
  lines: readonly Line[],
): AsyncGenerator<DecidedLines<Line>> {
  const catalog = context.catalog.current()
  const members = await membersOfLines(context.database, lines)
  for (const { snapshot, lines: together } of decidedTogether(catalog, snapshots, lines)) {
    await ownTurn()
    const { outcomes, snapshot: after } = decideOperations(
      catalog,
      snapshot,
      together.map((line) => {
        const operation = operationOf(line, members.get(line.id)!)
        const isOfPool = line.accountId !== snapshot.accountId
        return {
          operation: isOfPool ? { ...operation, subAccountId: line.accountId } : operation,
          known: null,
          held: null,
        }
      }),
    )
    yield { snapshot, lines: together, outcomes, after }
  }
}

/** Pure: lines by the account that decides them, which is the parent for units of its pool. */
function decidedTogether<Line extends LineToDecide>(
  catalog: CatalogSnapshot,
  snapshots: ReadonlyMap<string, AccountSnapshot>,
  lines: readonly Line[],
): Iterable<{ readonly snapshot: AccountSnapshot; readonly lines: readonly Line[] }> {
  const deciding = (line: Line): AccountSnapshot => {
    const snapshot = snapshots.get(line.accountId)!
    return isPooled(catalog, line.feature) ? (snapshot.pool ?? snapshot) : snapshot
  }
  return [...Map.groupBy(lines, (line) => deciding(line).accountId).values()].map((ofAccount) => ({
    snapshot: deciding(ofAccount[0]!),
    lines: ofAccount,
  }))
}
