import { chainStart, DIGEST_BYTES, linkValue, type ChainLog, type ChainState } from './entry-digest.js'
import type { SortedDigests } from './sorted-digests.js'

/** Position of a ledger entry: account version, operation, entry. */
export type Position = readonly [version: number, operationNo: number, entryNo: number]

export const comparePositions = (left: Position, right: Position): number =>
  left[0] - right[0] || left[1] - right[1] || left[2] - right[2]

/** A row of `account_chain`. */
export interface StoredChain extends ChainState {
  readonly linkCount: number
  /** Position of the last ledger entry. Null in a chain of audit entries. */
  readonly last: Position | null
  readonly commitmentKey: Buffer | null
  readonly isErased: boolean
}

/** A row of `account_chain_link`. */
export interface StoredLink {
  readonly number: number
  readonly entriesBefore: number
  readonly digests: Buffer
  readonly value: Buffer
  readonly rootNumber: number
  readonly chainedAt: Date
}

/** A chain that is recomputed from its links. */
export class CheckedChain {
  /** The first problem of the chain. */
  problem: string | null = null
  /** The first entry that lost its texts although the account was not deleted. */
  lostTexts: string | null = null
  /** Number of entries in the recomputed links. */
  entryCount = 0
  /** Number of stored entries up to the last position of its row. */
  storedEntries = 0
  /** Recomputed value. */
  value: Buffer
  private links = 0
  private early: Map<number, StoredLink> | null = null
  private rootNumber = 0
  private beforeRoot: { readonly entryCount: number; readonly value: Buffer } | null = null

  /** Digests of its links go to `chained`. */
  constructor(
    readonly number: number,
    readonly stored: StoredChain,
    private readonly chained: SortedDigests,
  ) {
    this.value = chainStart(stored.accountId, stored.log)
  }

  get log(): ChainLog {
    return this.stored.log
  }

  report(problem: string): void {
    this.problem ??= problem
  }

  /** Adds a link. PostgreSQL reuses space, so that links may come in another order. */
  addLink(link: StoredLink): void {
    if (link.number !== this.links + 1) return void (this.early ??= new Map()).set(link.number, link)
    let next: StoredLink | undefined = link
    while (next) {
      this.append(next)
      next = this.early?.get(this.links + 1)
      this.early?.delete(this.links + 1)
    }
  }

  private append({ number, entriesBefore, digests, value, rootNumber, chainedAt }: StoredLink): void {
    this.links++
    if (rootNumber > this.rootNumber) this.beforeRoot = { entryCount: this.entryCount, value: this.value }
    else if (rootNumber < this.rootNumber) this.report(`link ${number} names an earlier root than the link before`)
    this.rootNumber = rootNumber
    if (entriesBefore !== this.entryCount || digests.length === 0 || digests.length % DIGEST_BYTES !== 0)
      this.report(`link ${number} does not continue the link before`)
    const computed = linkValue(this.value, this.entryCount, digests)
    if (!computed.equals(value))
      this.report(`the value of link ${number} is not the hash of its entries and of the value before`)
    this.value = computed
    for (let index = 0; index < Math.floor(digests.length / DIGEST_BYTES); index++) {
      const digest = digests.toString('latin1', index * DIGEST_BYTES, (index + 1) * DIGEST_BYTES)
      this.chained.add(this.number, this.entryCount + index, chainedAt.getTime(), digest)
    }
    this.entryCount += Math.floor(digests.length / DIGEST_BYTES)
  }

  /** Compares the recomputed chain with its row, when all links were added. */
  endLinks(): void {
    const { stored } = this
    if (this.early?.size) this.report(`link ${this.links + 1} is missing`)
    if (stored.linkCount !== this.links || stored.entryCount !== this.entryCount || !stored.value.equals(this.value))
      this.report('the chain has other links than its row says')
    if ((stored.log === 'LEDGER') !== (stored.last !== null))
      this.report('the row of the chain has a wrong last position')
  }

  /** State at the time of the last root. Null if the chain did not exist. */
  atRoot(number: number): ChainState | null {
    const { accountId, log } = this.stored
    const state = this.rootNumber > number ? this.beforeRoot : this
    return state && state.entryCount > 0 ? { accountId, log, entryCount: state.entryCount, value: state.value } : null
  }
}
