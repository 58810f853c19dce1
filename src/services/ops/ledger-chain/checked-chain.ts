import { chainStart, DIGEST_BYTES, linkValue, type ChainLog, type ChainState } from './entry-digest.js'

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

const FIRST_CAPACITY = 8 * DIGEST_BYTES

/** A chain that is recomputed from its links. Its digests stay in memory: 32 bytes for each entry. */
export class CheckedChain {
  /** The first problem of the chain. */
  problem: string | null = null
  /** Number of entries in the recomputed links. */
  entryCount = 0
  /** Recomputed value. */
  value: Buffer
  /** Number of entries that were found in their order. */
  found = 0
  /** True if entries must be sorted before they can be compared. */
  isUnordered = false
  private links = 0
  private digests = Buffer.alloc(FIRST_CAPACITY)
  private readonly early = new Map<number, StoredLink>()
  private rootNumber = 0
  private beforeRoot: { readonly entryCount: number; readonly value: Buffer } | null = null
  /** Times at which entries of a chain of audit entries were chained. */
  private readonly times: { readonly until: number; readonly chainedAt: Date }[] = []

  constructor(readonly stored: StoredChain) {
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
    if (link.number !== this.links + 1) return void this.early.set(link.number, link)
    let next: StoredLink | undefined = link
    while (next) {
      this.append(next)
      next = this.early.get(this.links + 1)
      this.early.delete(this.links + 1)
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
    const begin = this.entryCount * DIGEST_BYTES
    if (this.digests.length < begin + digests.length) {
      const larger = Buffer.alloc(Math.max(this.digests.length * 2, begin + digests.length))
      this.digests.copy(larger, 0, 0, begin)
      this.digests = larger
    }
    digests.copy(this.digests, begin)
    this.entryCount += Math.floor(digests.length / DIGEST_BYTES)
    if (this.log === 'AUDIT') this.times.push({ until: this.entryCount, chainedAt })
  }

  /** Compares the recomputed chain with its row, when all links were added. */
  endLinks(): void {
    const { stored } = this
    if (this.early.size > 0) this.report(`link ${this.links + 1} is missing`)
    if (stored.linkCount !== this.links || stored.entryCount !== this.entryCount || !stored.value.equals(this.value))
      this.report('the chain has other links than its row says')
    if ((stored.log === 'LEDGER') !== (stored.last !== null))
      this.report('the row of the chain has a wrong last position')
  }

  /** True if the entry at an index has this digest, whose bytes are the characters of a text. */
  hasDigest(index: number, characters: string): boolean {
    const begin = index * DIGEST_BYTES
    return index < this.entryCount && this.digests.toString('latin1', begin, begin + DIGEST_BYTES) === characters
  }

  chainedAt(index: number): Date {
    return this.times.find(({ until }) => index < until)!.chainedAt
  }

  /** State at the time of the last root. Null if the chain did not exist. */
  atRoot(number: number): ChainState | null {
    const { accountId, log } = this.stored
    const state = this.rootNumber > number ? this.beforeRoot : this
    return state && state.entryCount > 0 ? { accountId, log, entryCount: state.entryCount, value: state.value } : null
  }
}
