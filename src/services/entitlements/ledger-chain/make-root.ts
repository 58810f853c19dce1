import type { LedgerRootRow } from '#entities/entitlements/ledger-root.entity.js'
import type { Context } from '#services/kernel/context/context.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { canonicalJson } from '#services/kernel/text/canonical-json.js'
import { forEachSeparately } from '#services/kernel/event-loop/for-each-separately.js'
import { ownTurn } from '#services/kernel/event-loop/own-turn.js'
import { nextRootNumber } from './chain-entries.js'
import { chainNewEntries } from './chain-new-entries.js'
import { waitForChains } from './chain-lock.js'
import { leafData, type ChainState } from './entry-digest.js'
import { leafDigest, merkleRoot } from './merkle-tree.js'
import { BLOCK_CHAINS, contentDigest, rootContent } from './root-content.js'
import { signContent } from './signing-keys.js'

type Parts = Pick<Context, 'database' | 'timers' | 'clock' | 'secrets'>

const DAY_MS = 86_400_000
const dayOf = (time: Date): number => Math.floor(time.getTime() / DAY_MS)

/** The last signed root. */
export const lastRoot = ({ query }: Sql): Promise<LedgerRootRow | undefined> =>
  query.selectFrom('ledger_root').selectAll().orderBy('number', 'desc').limit(1).executeTakeFirst()

/**
 * Signs a root if the business day of the last one is over. Everything that was recorded before is chained first, except entries of an
 * account that fails: a later root contains them.
 */
export async function makeDueRoot(parts: Parts): Promise<void> {
  const last = await lastRoot(parts.database)
  const at = parts.clock.now()
  if (last && dayOf(last.at) >= dayOf(at)) return
  await forEachSeparately([() => chainNewEntries(parts, null), () => makeRoot(parts, at)], (step) => step())
}

/** Signs a root over all chains as they are. Without a chain, or if its day has one, nothing is made. */
export async function makeRoot({ database, secrets }: Parts, at: Date): Promise<LedgerRootRow | null> {
  return database.transaction(async (transaction) => {
    await waitForChains(transaction)
    const last = await lastRoot(transaction)
    // Another process made it in the meantime.
    if (last && last.at >= at) return null
    const { blocks, chainCount } = await digestBlocks(transaction)
    if (chainCount === 0) return null
    const number = await nextRootNumber(transaction)
    const { business } = await transaction.query.selectFrom('installation').select('business').executeTakeFirstOrThrow()
    const signed = await signContent(transaction, secrets, (keyId) =>
      canonicalJson(
        rootContent({
          number,
          business,
          at,
          chainCount,
          root: merkleRoot(blocks.map(({ digest }) => digest)),
          previous: last ? contentDigest(last.content) : null,
          keyId,
        }),
      ),
    )
    await transaction.query
      .insertInto('ledger_root_block')
      .values(
        blocks.map(({ first, digest }, block) => ({
          rootNumber: number,
          block,
          firstAccount: first.accountId,
          firstLog: first.log,
          digest,
        })),
      )
      .execute()
    return transaction.query
      .insertInto('ledger_root')
      .values({ number, at, ...signed })
      .returningAll()
      .executeTakeFirstOrThrow()
  })
}

interface Block {
  readonly first: ChainState
  readonly digest: Buffer
}

/** All chains in blocks, in the order of account and log. The lock keeps them unchanged. */
async function digestBlocks(transaction: Transaction): Promise<{ blocks: Block[]; chainCount: number }> {
  const blocks: Block[] = []
  let chainCount = 0
  for (let after: ChainState | undefined; ;) {
    const states: ChainState[] = await transaction.query
      .selectFrom('account_chain')
      .select(['accountId', 'log', 'entryCount', 'value'])
      .where('entryCount', '>', 0)
      .$if(after !== undefined, (query) =>
        query.where((eb) => eb(eb.refTuple('accountId', 'log'), '>', eb.tuple(after!.accountId, after!.log))),
      )
      .orderBy('accountId')
      .orderBy('log')
      .limit(BLOCK_CHAINS)
      .execute()
    if (states.length > 0)
      blocks.push({ first: states[0]!, digest: merkleRoot(states.map((state) => leafDigest(leafData(state)))) })
    chainCount += states.length
    if (states.length < BLOCK_CHAINS) return { blocks, chainCount }
    after = states.at(-1)!
    await ownTurn()
  }
}
