import { bytesOf, forEachCopiedRow } from '#services/kernel/backup/copy-rows.js'
import { CheckedChain, type Position } from './checked-chain.js'
import { CheckedRoots, type Row } from './checked-roots.js'
import {
  commitmentColumns,
  entryDigester,
  INSTALLATION_CHAIN,
  leafData,
  type Cells,
  type ChainLog,
} from './entry-digest.js'
import { leafDigest, merkleRoot } from './merkle-tree.js'
import { compareAudit, compareLedger, entryName, isAfter, minorOf } from './compare-entries.js'
import type { RootContent } from './root-content.js'
import { SortedDigests } from './sorted-digests.js'

/** Reads the rows of tables, as COPY writes them. */
export interface TableSource {
  /** Time of the state that it reads. Known when it was read. */
  readonly at: Date
  read(onTable: (name: string, columns: readonly string[], rows: AsyncIterable<Buffer>) => Promise<void>): Promise<void>
}

/** Tables that a verification reads, in the order in which a backup contains them. */
export const VERIFIED_TABLES = [
  'account_chain',
  'account_chain_link',
  'audit_entry',
  'ledger_entry',
  'ledger_root',
  'ledger_root_block',
  'signing_key',
] as const

/** A difference between the chains and what is stored. */
export interface ChainProblem {
  /** Null for a root. */
  readonly accountId: string | null
  readonly log: ChainLog | 'ROOT'
  readonly problem: string
}

export interface ChainVerification {
  readonly ok: boolean
  /** Number of entries whose digest was computed. */
  readonly entries: number
  /** Number of entries that are not chained yet. No chain proves them. */
  readonly unchained: number
  /** Number of audit entries that retention deleted. Their digests remain. */
  readonly expired: number
  readonly chains: number
  readonly roots: number
  readonly lastRootAt: string | null
  readonly keyIds: readonly string[]
  /** False if the signatures were compared with the keys of the same source only. */
  readonly isKeyTrusted: boolean
  /** The first problem of each chain and root. */
  readonly problems: readonly ChainProblem[]
}

/** Retention of the audit log, less two days for entries that were chained late. */
const AUDIT_RETENTION_MS = 363 * 86_400_000

/**
 * Recomputes all chains and the signed roots, and compares them with the stored entries. Tables are read once, in the order in which they
 * are stored; digests of links and entries are sorted by chain and compared.
 */
export async function verifyChains(
  source: TableSource,
  trustedKeys: readonly string[] = [],
): Promise<ChainVerification> {
  const check = new ChainCheck(source)
  try {
    await source.read((name, columns, rows) => check.readTable(name, columns, rows))
    return check.result(trustedKeys)
  } finally {
    check.close()
  }
}

class ChainCheck {
  private readonly chains: CheckedChain[] = []
  /** Chains of each log by account. */
  private readonly byAccount = new Map<ChainLog, Map<string, CheckedChain>>()
  private readonly roots = new CheckedRoots()
  private readonly problems: ChainProblem[] = []
  private readonly digests = { entries: new SortedDigests(), chained: new SortedDigests() }
  private entries = 0
  private unchained = 0
  private expired = 0
  private hasLinks = false

  constructor(private readonly source: Pick<TableSource, 'at'>) {}

  async readTable(name: string, columns: readonly string[], rows: AsyncIterable<Buffer>): Promise<void> {
    const onRow = (work: (row: Row) => void) =>
      forEachCopiedRow(rows, (cells) =>
        work(Object.fromEntries(columns.map((column, index) => [column, cells[index]!]))),
      )
    if (name === 'account_chain') await onRow((row) => this.addChain(row))
    else if (name === 'account_chain_link') {
      await onRow((row) => this.addLink(row))
      this.hasLinks = true
      for (const chain of this.chains) chain.endLinks()
    } else if (name === 'audit_entry') await this.readEntries('AUDIT', columns, rows)
    else if (name === 'ledger_entry') await this.readEntries('LEDGER', columns, rows)
    else if (name === 'ledger_root') await onRow((row) => this.roots.addRoot(row))
    else if (name === 'ledger_root_block') await onRow((row) => this.roots.addBlock(row))
    else if (name === 'signing_key') await onRow((row) => this.roots.addKey(row))
    // Not compared: the other tables of a backup are read to their end.
    else for await (const _ of rows);
  }

  private addChain(row: Row): void {
    const log = row['log'] as ChainLog
    const place = [row['version'], row['operation_no'], row['entry_no']]
    const last = place.every((number) => number === null) ? null : positionOf(place)
    const chain = new CheckedChain(
      this.chains.length,
      {
        accountId: row['account_id']!,
        log,
        entryCount: Number(row['entry_count']),
        linkCount: Number(row['link_count']),
        value: bytesOf(row['value']!),
        last,
        commitmentKey: row['commitment_key'] === null ? null : bytesOf(row['commitment_key']!),
        isErased: row['erased_at'] !== null,
      },
      this.digests.chained,
    )
    this.chains.push(chain)
    const ofLog = this.byAccount.get(log) ?? new Map<string, CheckedChain>()
    this.byAccount.set(log, ofLog.set(chain.stored.accountId, chain))
  }

  private addLink(row: Row): void {
    const [accountId, log] = [row['account_id']!, row['log'] as ChainLog]
    const chain = this.byAccount.get(log)?.get(accountId)
    if (!chain) this.report(accountId, log, 'the row of the chain is missing')
    else
      chain.addLink({
        number: Number(row['number']),
        entriesBefore: Number(row['entries_before']),
        digests: bytesOf(row['digests']!),
        value: bytesOf(row['value']!),
        rootNumber: Number(row['root_number']),
        chainedAt: new Date(row['chained_at']!),
      })
  }

  private report(accountId: string | null, log: ChainProblem['log'], problem: string): void {
    this.problems.push({ accountId, log, problem })
  }

  private async readEntries(log: ChainLog, columns: readonly string[], rows: AsyncIterable<Buffer>): Promise<void> {
    if (!this.hasLinks) throw new Error('the chains must be read before the entries')
    const digester = entryDigester(log, columns)
    const account = columns.indexOf('account_id')
    const erased = commitmentColumns(log).map((column) => columns.indexOf(column))
    const positionOfRow = positions(log, columns)
    const chains = this.byAccount.get(log)
    await forEachCopiedRow(rows, (cells, isPlain) => {
      this.entries++
      const chain = chains?.get(cells[account] ?? INSTALLATION_CHAIN)
      const position = chain && positionOfRow(cells)
      if (!position) return void this.unchained++
      const { last, commitmentKey, isErased } = chain.stored
      const digest = digester.digestText(cells, commitmentKey, isPlain)
      this.digests.entries.add(chain.number, position[0], minorOf(position), digest)
      if (!isAfter(position, last)) chain.storedEntries++
      if (!isErased && erased.some((index) => (cells[index] ?? null) !== null))
        chain.lostTexts ??= `${entryName(log, position)} lost its texts`
    })
  }

  private compare(): void {
    const { entries, chained } = this.digests
    const expiredBefore = this.source.at.getTime() - AUDIT_RETENTION_MS
    entries.endAdding()
    chained.endAdding()
    for (const chain of this.chains) {
      if (chain.log === 'LEDGER') this.unchained += compareLedger(chain, this.digests)
      else this.expired += compareAudit(chain, this.digests, expiredBefore)
      if (chain.lostTexts !== null) chain.report(`${chain.lostTexts}, although the account was not deleted`)
    }
  }

  close(): void {
    this.digests.entries.close()
    this.digests.chained.close()
  }

  result(trustedKeys: readonly string[]): ChainVerification {
    this.compare()
    this.checkLastTree(this.roots.check(trustedKeys, (problem) => this.report(null, 'ROOT', problem)))
    const found = this.chains.flatMap(({ problem, stored: { accountId, log } }) =>
      problem === null ? [] : [{ accountId, log, problem }],
    )
    const problems = [...found, ...this.problems]
    return {
      ok: problems.length === 0,
      entries: this.entries,
      unchained: this.unchained,
      expired: this.expired,
      chains: this.chains.length,
      roots: this.roots.count,
      lastRootAt: this.roots.lastAt,
      keyIds: this.roots.keyIds,
      isKeyTrusted: trustedKeys.length > 0,
      problems,
    }
  }

  /** Earlier roots are contained in the chains of the last one. */
  private checkLastTree(last: RootContent | null): void {
    if (!last) return
    const states = this.chains
      .flatMap((chain) => chain.atRoot(last.number) ?? [])
      .toSorted((left, right) => (chainKey(left.accountId, left.log) < chainKey(right.accountId, right.log) ? -1 : 1))
    const leaves = states.map((state) => leafDigest(leafData(state)))
    if (leaves.length !== last.chain_count || merkleRoot(leaves).toString('hex') !== last.root)
      this.report(null, 'ROOT', `root ${last.number}: the chains do not lead to the signed digest`)
  }
}

const chainKey = (accountId: string, log: ChainLog): string => `${accountId} ${log}`

/** A position in numbers. NaN for what is none, so that no comparison holds. */
function positionOf(place: readonly (string | null | undefined)[]): Position {
  const [version, operationNo, entryNo] = place.map((text) => (text ? Number(text) : Number.NaN))
  return [version!, operationNo!, entryNo!]
}

/** Reads the position of an entry. Null if it has none yet. */
function positions(log: ChainLog, columns: readonly string[]): (cells: Cells) => Position | null {
  if (log === 'AUDIT') {
    const number = columns.indexOf('chain_no')
    return (cells) => (cells[number] === null ? null : [Number(cells[number]), 0, 0])
  }
  const [version, operation, entry] = ['version', 'operation_no', 'entry_no'].map((name) => columns.indexOf(name))
  return (cells) => positionOf([cells[version!], cells[operation!], cells[entry!]])
}
