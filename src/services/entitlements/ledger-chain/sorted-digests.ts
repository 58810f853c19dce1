import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppError } from '#services/kernel/errors/app-error.js'
import { DIGEST_BYTES } from './entry-digest.js'

/** Chain, two numbers of the place, digest. */
const RECORD_BYTES = 4 + 8 + 8 + DIGEST_BYTES
/** Records that are sorted in memory. */
const RUN_RECORDS = 2 ** 18
/** Bytes that are written or read at once. */
const BLOCK_BYTES = 2 ** 8 * RECORD_BYTES

/** A digest at its place in a chain. */
export interface PlacedDigest {
  readonly chain: number
  readonly major: number
  readonly minor: number
  /** The bytes of the digest. */
  readonly characters: string
}

/**
 * Digests of all chains in the order of their places. Sorted runs of a fixed length are written to a temporary file and merged, so that
 * memory does not grow with the digests. Buffers are kept: new ones for each run would leave gaps in the memory of the process.
 */
export class SortedDigests {
  private readonly added = Buffer.allocUnsafe(RUN_RECORDS * RECORD_BYTES)
  private readonly chains = new Uint32Array(RUN_RECORDS)
  private readonly order = new Uint32Array(RUN_RECORDS)
  private readonly block = Buffer.allocUnsafe(BLOCK_BYTES)
  private count = 0
  private file: number | null = null
  private fileBytes = 0
  /** A heap. */
  private readonly runs: Run[] = []

  add(chain: number, major: number, minor: number, characters: string): void {
    if (this.count === RUN_RECORDS) this.writeRun()
    const at = this.count * RECORD_BYTES
    this.chains[this.count++] = chain
    this.added.writeUInt32LE(chain, at)
    this.added.writeDoubleLE(major, at + 4)
    this.added.writeDoubleLE(minor, at + 12)
    this.added.write(characters, at + 20, 'latin1')
  }

  /** Ends the adding. */
  endAdding(): void {
    if (this.count > 0) this.writeRun()
    for (const run of this.runs) run.next()
    for (let at = this.runs.length >> 1; at >= 0; at--) this.settle(at)
  }

  /** The next digest of a chain, if it has one. Chains are read in the order of their numbers, each to its end. */
  peek(chain: number): PlacedDigest | undefined {
    const first = this.runs[0]
    return first?.chain === chain ? first : undefined
  }

  /** Returns the next digest of a chain, and goes to the one after it. */
  take(chain: number): PlacedDigest | undefined {
    const first = this.runs[0]
    if (first?.chain !== chain) return undefined
    const { major, minor, characters } = first
    if (!first.next()) {
      const last = this.runs.pop()!
      if (last !== first) this.runs[0] = last
    }
    this.settle(0)
    return { chain, major, minor, characters }
  }

  close(): void {
    if (this.file !== null) closeSync(this.file)
  }

  /** Moves a run down to its place in the heap. */
  private settle(at: number): void {
    const { runs } = this
    const run = runs[at]
    if (!run) return
    for (;;) {
      let child = 2 * at + 1
      if (child + 1 < runs.length && compare(runs[child + 1]!, runs[child]!) < 0) child++
      if (child >= runs.length || compare(runs[child]!, run) >= 0) break
      runs[at] = runs[child]!
      at = child
    }
    runs[at] = run
  }

  private writeRun(): void {
    this.file ??= temporaryFile()
    const begin = this.fileBytes
    let length = 0
    const write = (): void => {
      writeAll(this.file!, this.block.subarray(0, length), this.fileBytes)
      this.fileBytes += length
      length = 0
    }
    for (const index of this.sorted()) {
      const at = index * RECORD_BYTES
      length += this.added.copy(this.block, length, at, at + RECORD_BYTES)
      if (length === BLOCK_BYTES) write()
    }
    if (length > 0) write()
    this.runs.push(new Run(this.file, begin, this.fileBytes))
    this.count = 0
  }

  /** Indexes in the order of chain and place. Those of a chain are mostly added in their order. */
  private sorted(): Uint32Array {
    const { added, count } = this
    const chains = this.chains.subarray(0, count)
    // Number of records of all chains before each chain, then its end.
    const ends = new Uint32Array(chains.reduce((last, chain) => Math.max(last, chain), 0) + 2)
    for (const chain of chains) ends[chain + 1]!++
    for (let chain = 1; chain < ends.length; chain++) ends[chain]! += ends[chain - 1]!
    const order = this.order.subarray(0, count)
    for (let index = 0; index < count; index++) order[ends[chains[index]!]!++] = index
    const number = (index: number, offset: number) => added.readDoubleLE(index * RECORD_BYTES + offset)
    const inOrder = (left: number, right: number) =>
      number(left, 4) - number(right, 4) || number(left, 12) - number(right, 12)
    for (let begin = 0, chain = 0; begin < count; begin = ends[chain++]!) {
      const own = order.subarray(begin, ends[chain])
      if (own.some((index, at) => at > 0 && inOrder(own[at - 1]!, index) > 0)) own.sort(inOrder)
    }
    return order
  }
}

/** Sorted records of a file. */
class Run implements PlacedDigest {
  chain = 0
  major = 0
  minor = 0
  characters = ''
  private records = Buffer.alloc(0)
  private at = 0

  constructor(
    private readonly file: number,
    private position: number,
    private readonly end: number,
  ) {}

  /** Goes to the next record. False at the end. */
  next(): boolean {
    if (this.at === this.records.length && !this.read()) return false
    const { records, at } = this
    this.chain = records.readUInt32LE(at)
    this.major = records.readDoubleLE(at + 4)
    this.minor = records.readDoubleLE(at + 12)
    this.characters = records.toString('latin1', at + 20, at + RECORD_BYTES)
    this.at += RECORD_BYTES
    return true
  }

  private read(): boolean {
    const length = Math.min(BLOCK_BYTES, this.end - this.position)
    if (length === 0) return false
    if (this.records.length !== length) this.records = Buffer.allocUnsafeSlow(length)
    readSync(this.file, this.records, 0, length, this.position)
    this.position += length
    this.at = 0
    return true
  }
}

const compare = (left: PlacedDigest, right: PlacedDigest): number =>
  left.chain - right.chain || left.major - right.major || left.minor - right.minor

/** A file without a name, which ends with the process. */
function temporaryFile(): number {
  const folder = mkdtempSync(join(tmpdir(), 'stackgate-digests-'))
  try {
    return openSync(join(folder, 'digests'), 'w+', 0o600)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function writeAll(file: number, bytes: Buffer, position: number): void {
  try {
    for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done, bytes.length - done, position + done)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
    throw new AppError(
      'UNAVAILABLE',
      `the disk of ${tmpdir()} is full: a verification writes ${2 * RECORD_BYTES} bytes for each entry; set TMPDIR to a folder with more space`,
      { cause: error },
    )
  }
}
