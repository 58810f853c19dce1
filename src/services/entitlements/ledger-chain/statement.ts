import { sql } from 'kysely'
import type { LedgerRootRow } from '#entities/entitlements/ledger-root.entity.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import { requireEntitlements } from '#services/entitlements/model/visible-entitlements.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { listColumns } from '#services/kernel/database/list-columns.sql.js'
import { canonicalCell, DIGEST_BYTES, leafData, type ChainState } from './entry-digest.js'
import { entryReason } from './entry-reason.js'
import { chainsAtRoot } from './ledger-chain.sql.js'
import { inclusionPath, leafDigest } from './merkle-tree.js'
import { BLOCK_CHAINS } from './root-content.js'
import {
  STATEMENT_FORMAT,
  type RootedState,
  type SignedDocument,
  type StatementDocument,
} from './statement-document.js'

export interface StatementRequest {
  readonly accountId: string
  /** Business time. */
  readonly from: Date
  readonly to?: Date | null
}

/** Maximum number of entries of a statement. */
export const MAX_STATEMENT_ENTRIES = 10_000

/**
 * All ledger entries of an account that were chained between the last root before the range and the first root after it,
 * with what proves them. Null without an entry below a signed root.
 */
export function statement(context: IdentityContext, request: StatementRequest): Promise<StatementDocument | null> {
  return requireEntitlements(context, request.accountId, (id) => makeStatement(context.database, id, request))
}

async function makeStatement(
  database: Sql,
  accountId: string,
  { from, to }: StatementRequest,
): Promise<StatementDocument | null> {
  const closingRoot = await findRoot(database, to ?? null)
  const until = to ?? closingRoot.at
  if (until <= from) throw new AppError('BAD_USER_INPUT', 'from must be before to.', { details: { field: 'from' } })
  const closing = await stateAt(database, accountId, closingRoot)
  if (!closing) return null
  const openingRoot = await lastRootBefore(database, from, closingRoot.number)
  const opening = openingRoot && (await stateAt(database, accountId, openingRoot))
  const { business } = await database.query.selectFrom('installation').select('business').executeTakeFirstOrThrow()
  return {
    format: STATEMENT_FORMAT,
    business,
    account_id: accountId,
    from: from.toISOString(),
    to: until.toISOString(),
    proven_until: closingRoot.at.toISOString(),
    commitment_key: await commitmentKeyOf(database, accountId),
    opening,
    links: await linksBetween(database, accountId, opening?.entry_count ?? 0, closing.entry_count),
    closing,
  }
}

/** The first root at or after a time; the last root if there is none, or no time is given. */
async function findRoot({ query }: Sql, to: Date | null): Promise<LedgerRootRow> {
  const roots = query.selectFrom('ledger_root').selectAll().limit(1)
  const after = to && (await roots.where('at', '>=', to).orderBy('number').executeTakeFirst())
  const found = after ?? (await roots.orderBy('number', 'desc').executeTakeFirst())
  if (!found) throw new AppError('NOT_FOUND', 'No root is signed yet. The server signs the first one within minutes.')
  return found
}

const lastRootBefore = async ({ query }: Sql, from: Date, number: number): Promise<LedgerRootRow | null> =>
  (await query
    .selectFrom('ledger_root')
    .selectAll()
    .where('at', '<=', from)
    .where('number', '<', number)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst()) ?? null

/** State of the account's chain at a root, with its proof. Null if the chain did not exist. */
async function stateAt(database: Sql, accountId: string, root: LedgerRootRow): Promise<RootedState | null> {
  const blocks = await database.query
    .selectFrom('ledger_root_block')
    .select(['block', 'firstAccount', 'firstLog', 'digest'])
    .where('rootNumber', '=', root.number)
    .orderBy('block')
    .execute()
  const isBefore = ({ firstAccount, firstLog }: (typeof blocks)[number]) =>
    firstAccount < accountId || (firstAccount === accountId && firstLog <= 'LEDGER')
  const block = blocks.findLast(isBefore)
  if (!block) return null
  const next = blocks[block.block + 1]
  const states = (await database.rows(chainsAtRoot, {
    rootNumber: root.number,
    firstAccount: block.firstAccount,
    firstLog: block.firstLog,
    // No account has a later ID.
    nextAccount: next?.firstAccount ?? '~',
    nextLog: next?.firstLog ?? '~',
  })) as ChainState[]
  const place = states.findIndex((state) => state.accountId === accountId && state.log === 'LEDGER')
  const state = states[place]
  if (!state) return null
  const path = [
    ...inclusionPath(
      states.map((one) => leafDigest(leafData(one))),
      place,
    ),
    ...inclusionPath(
      blocks.map(({ digest }) => digest),
      block.block,
    ),
  ]
  return {
    entry_count: state.entryCount,
    value: state.value.toString('hex'),
    root: await signedDocument(database, root),
    proof: { index: block.block * BLOCK_CHAINS + place, path: path.map((digest) => digest.toString('hex')) },
  }
}

/** A stored signed text, with the public key of its signature. */
export async function signedDocument(
  { query }: Sql,
  { content, keyId, signature }: Pick<LedgerRootRow, 'content' | 'keyId' | 'signature'>,
): Promise<SignedDocument> {
  const { publicKey } = await query
    .selectFrom('signing_key')
    .select('publicKey')
    .where('id', '=', keyId)
    .executeTakeFirstOrThrow()
  return { content, key_id: keyId, signature, public_key: publicKey }
}

async function commitmentKeyOf({ query }: Sql, accountId: string): Promise<string | null> {
  const chain = await query
    .selectFrom('account_chain')
    .select('commitmentKey')
    .where('accountId', '=', accountId)
    .where('log', '=', 'LEDGER')
    .executeTakeFirst()
  return chain?.commitmentKey?.toString('hex') ?? null
}

/** The links of a part of a chain, with their entries. */
async function linksBetween(
  database: Sql,
  accountId: string,
  entriesBefore: number,
  entryCount: number,
): Promise<StatementDocument['links']> {
  if (entryCount - entriesBefore > MAX_STATEMENT_ENTRIES)
    throw new AppError(
      'BAD_USER_INPUT',
      `The range has ${entryCount - entriesBefore} entries between its roots, and a statement has at most ${MAX_STATEMENT_ENTRIES}: request a shorter range.`,
      { details: { field: 'from' } },
    )
  const links = await database.query
    .selectFrom('account_chain_link')
    .select(['number', 'entriesBefore', 'digests', 'value', 'version', 'operationNo', 'entryNo'])
    .where('accountId', '=', accountId)
    .where('log', '=', 'LEDGER')
    .where('entriesBefore', '<', entryCount)
    .where((eb) =>
      eb.or([
        eb('entriesBefore', '>=', entriesBefore),
        eb(sql`entries_before + length(digests) / 32`, '=', entriesBefore),
      ]),
    )
    .orderBy('number')
    .execute()
  // The link before the first one has the position after which the entries begin.
  const before = links.find((link) => link.entriesBefore < entriesBefore)
  const own = links.filter((link) => link !== before)
  const last = own.at(-1)
  if (!last) return []
  const start = [before?.version ?? -1, before?.operationNo ?? 0, before?.entryNo ?? 0] as const
  const entries = await readEntries(database, accountId, start, [last.version!, last.operationNo!, last.entryNo!])
  return own.map((link) => {
    const first = link.entriesBefore - entriesBefore
    return {
      number: link.number,
      entries_before: link.entriesBefore,
      value: link.value.toString('hex'),
      entries: entries.slice(first, first + link.digests.length / DIGEST_BYTES).map((columns, index) => ({
        columns,
        reason: entryReason(columns),
        digest: link.digests.subarray(index * DIGEST_BYTES, (index + 1) * DIGEST_BYTES).toString('hex'),
      })),
    }
  })
}

type Place = readonly [version: number, operationNo: number, entryNo: number]

/** The columns of entries that are not null, as the digests contain them. */
async function readEntries(
  database: Sql,
  accountId: string,
  after: Place,
  until: Place,
): Promise<Record<string, string>[]> {
  const columns = (await database.rows(listColumns, { table: 'ledger_entry' })).map(({ name }) => name)
  const rows = await database.query
    .selectFrom('ledger_entry')
    .select(columns.map((column) => sql<string | null>`${sql.ref(column)}::text`.as(column)))
    .where('accountId', '=', accountId)
    .where((eb) => eb(eb.refTuple('version', 'operationNo', 'entryNo'), '>', eb.tuple(...after)))
    .where((eb) => eb(eb.refTuple('version', 'operationNo', 'entryNo'), '<=', eb.tuple(...until)))
    .orderBy('version')
    .orderBy('operationNo')
    .orderBy('entryNo')
    .execute()
  return rows.map((row) => {
    const cells = Object.values(row)
    return Object.fromEntries(
      columns.flatMap((column, index) => {
        const text = cells[index] ?? null
        return text === null ? [] : [[column, canonicalCell(column, text)]]
      }),
    )
  })
}
