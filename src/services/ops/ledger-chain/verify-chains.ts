import { bytesOf, forEachCopiedRow } from '../backup/copy-rows.js'
import { CheckedChain, comparePositions } from './checked-chain.js'
import { CheckedRoots, type Row } from './checked-roots.js'
import {
  commitmentColumns,
  entryDigester,
  INSTALLATION_CHAIN,
  leafData,
  type Cells,
  type ChainLog,
  type EntryDigester,
} from './entry-digest.js'
import { leafDigest, merkleRoot } from './merkle-tree.js'
import { compareInOrder, entryName, place, positionOf, type PlacedEntry } from './placed-entry.js'
import type { RootContent } from './root-content.js'

/** Reads the rows of tables, as COPY writes them. It can be called again, and then reads the same rows. */
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
 * Recomputes all chains and the signed roots, and compares them with the stored entries. Entries are compared in the
 * order in which they are stored; only chains with a difference are read again and sorted.
 */
export async function verifyChains(
  source: TableSource,
  trustedKeys: readonly string[] = [],
): Promise<ChainVerification> {
  const check = new ChainCheck(source)
  await source.read((name, columns, rows) => check.readTable(name, columns, rows))
  const unclear = check.unclearChains()
  if (unclear.size > 0) {
    const entries = new Map([...unclear].map((chain) => [chain.stored.accountId, [] as PlacedEntry[]]))
    await source.read((name, columns, rows) => check.readAgain(name, columns, rows, entries))
    for (const chain of unclear) compareInOrder(chain, entries.get(chain.stored.accountId)!)
  }
  return check.result(trustedKeys)
}

class ChainCheck {
  private readonly chains = new Map<string, CheckedChain>()
  private readonly roots = new CheckedRoots()
  private readonly problems: ChainProblem[] = []
  private readonly seen = new Map<CheckedChain, Set<number>>()
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
      for (const chain of this.chains.values()) chain.endLinks()
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
    const chain = new CheckedChain({
      accountId: row['account_id']!,
      log,
      entryCount: Number(row['entry_count']),
      linkCount: Number(row['link_count']),
      value: bytesOf(row['value']!),
      last,
      commitmentKey: row['commitment_key'] === null ? null : bytesOf(row['commitment_key']!),
      isErased: row['erased_at'] !== null,
    })
    this.chains.set(chainKey(row['account_id']!, log), chain)
  }

  private addLink(row: Row): void {
    const [accountId, log] = [row['account_id']!, row['log'] as ChainLog]
    const chain = this.chains.get(chainKey(accountId, log))
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
    // Rows of an account are often stored one after the other.
    let [accountId, chain] = ['', undefined as CheckedChain | undefined]
    await forEachCopiedRow(rows, (cells, isPlain) => {
      this.entries++
      const next = cells[account] ?? INSTALLATION_CHAIN
      if (next !== accountId) [accountId, chain] = [next, this.chains.get(chainKey(next, log))]
      if (!chain) this.unchained++
      else {
        const digest = digester.digestText(cells, chain.stored.commitmentKey, isPlain)
        if (log === 'LEDGER') this.compareLedgerEntry(chain, digester, cells, digest)
        else this.compareAuditEntry(chain, digester, cells, digest)
      }
    })
  }

  private compareLedgerEntry(chain: CheckedChain, digester: EntryDigester, cells: Cells, digest: string): void {
    const { last, isErased } = chain.stored
    if (chain.hasDigest(chain.found, digest)) {
      chain.found++
      if (!isErased && commitmentColumns('LEDGER').some((column) => digester.valueOf(cells, column) !== null))
        chain.report(`${entryName(place(digester, cells))} lost its texts, although the account was not deleted`)
      if (chain.found === chain.entryCount && (!last || comparePositions(place(digester, cells), last) !== 0))
        chain.report('the row of the chain names another last entry')
    } else if (last && comparePositions(place(digester, cells), last) > 0) this.unchained++
    else chain.isUnordered = true
  }

  private compareAuditEntry(chain: CheckedChain, digester: EntryDigester, cells: Cells, digest: string): void {
    const { isErased } = chain.stored
    const number = digester.valueOf(cells, 'chain_no')
    if (number === null) return void this.unchained++
    const id = digester.valueOf(cells, 'id')
    const index = Number(number)
    const seen = this.seen.get(chain) ?? new Set<number>()
    this.seen.set(chain, seen.add(index))
    if (!chain.hasDigest(index, digest))
      chain.report(`audit entry ${id} (number ${index}) was changed, or is not in the chain`)
    else if (!isErased && digester.valueOf(cells, 'details_digest') !== null)
      chain.report(`audit entry ${id} lost its details, although the account was not deleted`)
  }

  /** Chains of the ledger whose entries were not found in order. */
  unclearChains(): ReadonlySet<CheckedChain> {
    return new Set(
      [...this.chains.values()].filter(
        (chain) => chain.log === 'LEDGER' && (chain.isUnordered || chain.found !== chain.entryCount),
      ),
    )
  }

  /** Reads the ledger again, for some accounts. */
  async readAgain(
    name: string,
    columns: readonly string[],
    rows: AsyncIterable<Buffer>,
    entries: ReadonlyMap<string, PlacedEntry[]>,
  ): Promise<void> {
    if (name !== 'ledger_entry') {
      for await (const _ of rows);
      return
    }
    const digester = entryDigester('LEDGER', columns)
    await forEachCopiedRow(rows, (cells, isPlain) => {
      const accountId = digester.valueOf(cells, 'account_id')!
      const { last, commitmentKey } = this.chains.get(chainKey(accountId, 'LEDGER'))?.stored ?? {}
      const position = place(digester, cells)
      if (last && comparePositions(position, last) <= 0)
        entries.get(accountId)?.push({ position, digest: digester.digestText(cells, commitmentKey!, isPlain) })
    })
  }

  private compareAuditCounts(): void {
    for (const chain of this.chains.values()) {
      if (chain.log !== 'AUDIT') continue
      const seen = this.seen.get(chain)
      for (let index = 0; index < chain.entryCount; index++) {
        if (seen?.has(index)) continue
        if (this.source.at.getTime() - chain.chainedAt(index).getTime() > AUDIT_RETENTION_MS) this.expired++
        else chain.report(`audit entry number ${index} is missing`)
      }
    }
  }

  result(trustedKeys: readonly string[]): ChainVerification {
    this.compareAuditCounts()
    this.checkLastTree(this.roots.check(trustedKeys, (problem) => this.report(null, 'ROOT', problem)))
    const found = [...this.chains.values()].flatMap(({ problem, stored: { accountId, log } }) =>
      problem === null ? [] : [{ accountId, log, problem }],
    )
    const problems = [...found, ...this.problems]
    return {
      ok: problems.length === 0,
      entries: this.entries,
      unchained: this.unchained,
      expired: this.expired,
      chains: this.chains.size,
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
    const states = [...this.chains.values()]
      .flatMap((chain) => chain.atRoot(last.number) ?? [])
      .toSorted((left, right) => (chainKey(left.accountId, left.log) < chainKey(right.accountId, right.log) ? -1 : 1))
    const leaves = states.map((state) => leafDigest(leafData(state)))
    if (leaves.length !== last.chain_count || merkleRoot(leaves).toString('hex') !== last.root)
      this.report(null, 'ROOT', `root ${last.number}: the chains do not lead to the signed digest`)
  }
}

const chainKey = (accountId: string, log: ChainLog): string => `${accountId} ${log}`
