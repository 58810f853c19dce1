import { sql } from 'kysely'
import type { AccountChainRow } from '#entities/entitlements/account-chain.entity.js'
import type { Database, Transaction } from '#services/kernel/database/database.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { randomSecret } from '#services/kernel/secrets/secret-box.js'
import { listColumns } from '#services/kernel/database/list-columns.sql.js'
import { tryToLockChains } from './chain-lock.js'
import {
  chainStart,
  COMMITMENT_KEY_BYTES,
  entryDigester,
  INSTALLATION_CHAIN,
  linkValue,
  type ChainLog,
} from './entry-digest.js'
import { addLinks, commitWithoutWaiting, createChains, numberAuditEntries } from './ledger-chain.sql.js'

/** Maximum number of entries of a batch. It runs on the thread that serves requests, for about two milliseconds. */
export const BATCH = 500

/** Age of an audit entry before it is chained: equal actions within its minute still increment it, and transactions last at most seconds. */
const AUDIT_DELAY_MINUTES = 10

/** Number of entries that a batch chained. Null if another process chains at this moment. */
export type ChainedCount = number | null

/** Adds entries of the ledgers of accounts to their chains, at most one batch of them. */
export function chainLedgerBatch(database: Database, accountIds: readonly string[]): Promise<ChainedCount> {
  return inChainTransaction(database, async (transaction) => {
    const chains = await openChains(transaction, 'LEDGER', accountIds)
    const columns = await columnsOf(transaction, 'ledger_entry')
    const rows = await transaction.query
      .selectFrom('account_chain as c')
      .innerJoin('ledger_entry as l', (join) =>
        join
          .onRef('l.accountId', '=', 'c.accountId')
          .onRef('l.version', '>=', 'c.version')
          .on(sql<boolean>`(l.version, l.operation_no, l.entry_no) > (c.version, c.operation_no, c.entry_no)`),
      )
      .select(asText('l', columns))
      .where('c.accountId', 'in', accountIds)
      .where('c.log', '=', 'LEDGER')
      .orderBy('l.accountId')
      .orderBy('l.version')
      .orderBy('l.operationNo')
      .orderBy('l.entryNo')
      .limit(BATCH)
      .execute()
    await addToChains(transaction, 'LEDGER', { columns, chains }, rows)
    return rows.length
  })
}

/** Adds audit entries to the chains of their accounts, at most one batch of them. */
export function chainAuditBatch(database: Database, of: AuditChains): Promise<ChainedCount> {
  return inChainTransaction(database, async (transaction) => {
    const columns = await columnsOf(transaction, 'audit_entry')
    const rows = await nextAuditEntries(transaction, of).select(asText('e', columns)).execute()
    const accountIds = [...new Set(rows.map((row) => chainOf(row)))]
    const chains = await openChains(transaction, 'AUDIT', accountIds)
    const numbers = await addToChains(transaction, 'AUDIT', { columns, chains }, rows)
    await transaction.run(numberAuditEntries, { ids: rows.map((row) => row['c1']!), numbers })
    return rows.length
  })
}

/** Chains of the audit log, by account or `INSTALLATION_CHAIN`: these only, or all without these. */
export type AuditChains = { readonly only: readonly string[] } | { readonly without: readonly string[] }

/** Chains to which the next batch of audit entries belongs. */
export async function chainsOfAuditBatch(database: Sql, of: AuditChains): Promise<string[]> {
  const rows = await nextAuditEntries(database, of).select('e.accountId').execute()
  return [...new Set(rows.map(({ accountId }) => accountId ?? INSTALLATION_CHAIN))]
}

const nextAuditEntries = ({ query }: Sql, of: AuditChains) => {
  const chain = sql<string>`coalesce(e.account_id, ${INSTALLATION_CHAIN})`
  return query
    .selectFrom('audit_entry as e')
    .where('e.chainNo', 'is', null)
    .where('e.minute', '<', sql<Date>`now() - make_interval(mins => ${AUDIT_DELAY_MINUTES})`)
    .where('only' in of ? sql<boolean>`${chain} = any(${of.only})` : sql<boolean>`${chain} <> all(${of.without})`)
    .orderBy('e.minute')
    .orderBy('e.id')
    .limit(BATCH)
}

type TextRow = Record<string, string | null>

/** Chains have their own transactions, so that they never wait for, or delay, the operations that wrote the entries. */
const inChainTransaction = (
  database: Database,
  work: (transaction: Transaction) => Promise<number>,
): Promise<ChainedCount> =>
  database.transaction(async (transaction) => {
    if (!(await tryToLockChains(transaction))) return null
    await transaction.run(commitWithoutWaiting)
    return work(transaction)
  })

/** Columns with account and ID, or the position, first. */
async function columnsOf(database: Sql, table: 'ledger_entry' | 'audit_entry'): Promise<string[]> {
  const first = table === 'ledger_entry' ? ['account_id', 'version', 'operation_no', 'entry_no'] : ['account_id', 'id']
  const all = (await database.rows(listColumns, { table })).map(({ name }) => name)
  return [...first, ...all.filter((name) => !first.includes(name))]
}

/** Cells as PostgreSQL prints them. Their names are short, because each row repeats them. */
const asText = (alias: string, columns: readonly string[]) =>
  columns.map((column, index) => sql<string | null>`${sql.ref(`${alias}.${column}`)}::text`.as(`c${index}`))

const chainOf = (row: TextRow): string => row['c0'] ?? INSTALLATION_CHAIN

const newCommitmentKey = (): Buffer => Buffer.from(randomSecret(COMMITMENT_KEY_BYTES), 'base64url')

type OpenChain = Pick<AccountChainRow, 'accountId' | 'entryCount' | 'value'> & { readonly commitmentKey: Buffer }

/** Chains of accounts, which are created if they do not exist. */
async function openChains(
  transaction: Transaction,
  log: ChainLog,
  accountIds: readonly string[],
): Promise<Map<string, OpenChain>> {
  const { query } = transaction
  const found = await query
    .selectFrom('account_chain')
    .select(['accountId', 'entryCount', 'value', 'commitmentKey'])
    .where('accountId', 'in', accountIds)
    .where('log', '=', log)
    .execute()
  const chains = new Map<string, OpenChain>()
  for (const chain of found) {
    const commitmentKey = chain.commitmentKey ?? newCommitmentKey()
    chains.set(chain.accountId, { ...chain, commitmentKey })
    if (!chain.commitmentKey)
      await query
        .updateTable('account_chain')
        .set({ commitmentKey })
        .where('accountId', '=', chain.accountId)
        .where('log', '=', log)
        .execute()
  }
  const created = accountIds
    .filter((id) => !chains.has(id))
    .map((accountId) => ({
      accountId,
      entryCount: 0,
      value: chainStart(accountId, log),
      commitmentKey: newCommitmentKey(),
    }))
  if (created.length > 0)
    await transaction.run(createChains, {
      accountIds: created.map(({ accountId }) => accountId),
      log,
      values: created.map(({ value }) => value),
      commitmentKeys: created.map(({ commitmentKey }) => commitmentKey),
      start: log === 'LEDGER' ? -1 : null,
    })
  for (const chain of created) chains.set(chain.accountId, chain)
  return chains
}

interface Source {
  readonly columns: readonly string[]
  readonly chains: ReadonlyMap<string, OpenChain>
}

/** Adds one link to the chain of each account with rows. Returns the number of each entry in its chain. */
async function addToChains(
  transaction: Transaction,
  log: ChainLog,
  { columns, chains }: Source,
  rows: readonly TextRow[],
): Promise<number[]> {
  if (rows.length === 0) return []
  const digester = entryDigester(log, columns)
  const names = columns.map((_, index) => `c${index}`)
  const links = new Map<string, { digests: Buffer[]; last: TextRow }>()
  const numbers = rows.map((row) => {
    const accountId = chainOf(row)
    const chain = chains.get(accountId)!
    const link = links.get(accountId) ?? { digests: [], last: row }
    links.set(accountId, link)
    link.last = row
    return (
      chain.entryCount -
      1 +
      link.digests.push(
        digester.digest(
          names.map((name) => row[name]!),
          chain.commitmentKey,
        ),
      )
    )
  })
  const added = [...links].map(([accountId, { digests, last }]) => {
    const chain = chains.get(accountId)!
    const joined = Buffer.concat(digests)
    const position = log === 'LEDGER' ? [last['c1'], last['c2'], last['c3']].map(Number) : [null, null, null]
    return {
      accountId,
      entryCount: chain.entryCount + digests.length,
      digests: joined,
      value: linkValue(chain.value, chain.entryCount, joined),
      position,
    }
  })
  await transaction.run(addLinks, {
    accountIds: added.map(({ accountId }) => accountId),
    logs: added.map(() => log),
    entryCounts: added.map(({ entryCount }) => entryCount),
    values: added.map(({ value }) => value),
    versions: added.map(({ position }) => position[0]!),
    operationNos: added.map(({ position }) => position[1]!),
    entryNos: added.map(({ position }) => position[2]!),
    digests: added.map(({ digests }) => digests),
    rootNumber: await nextRootNumber(transaction),
  })
  return numbers
}

/** Number of the root that contains everything that is chained now. */
export const nextRootNumber = async ({ query }: Sql): Promise<number> =>
  ((
    await query
      .selectFrom('ledger_root')
      .select(({ fn }) => fn.max('number').as('last'))
      .executeTakeFirstOrThrow()
  ).last ?? 0) + 1
