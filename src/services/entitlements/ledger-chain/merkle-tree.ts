import { createHash } from 'node:crypto'

// Merkle tree hashing of RFC 6962, section 2.1: leaves and nodes have different prefixes, and a tree of n leaves is split at the
// largest power of two below n.

const LEAF = Buffer.of(0x00)
const NODE = Buffer.of(0x01)

const sha256 = (...parts: readonly (Buffer | string)[]): Buffer => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** Digest of a leaf. */
export const leafDigest = (data: Buffer | string): Buffer => sha256(LEAF, data)

const nodeDigest = (left: Buffer, right: Buffer): Buffer => sha256(NODE, left, right)

/** The largest power of two below a number of leaves, of which there are at least two. */
const splitOf = (count: number): number => 2 ** (Math.ceil(Math.log2(count)) - 1)

/** Root of a tree with these digests of leaves, of which there is at least one. */
export function merkleRoot(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 1) return leaves[0]!
  const split = splitOf(leaves.length)
  return nodeDigest(merkleRoot(leaves.slice(0, split)), merkleRoot(leaves.slice(split)))
}

/** The digests that lead from a leaf to the root, from the bottom up. */
export function inclusionPath(leaves: readonly Buffer[], index: number): Buffer[] {
  if (leaves.length === 1) return []
  const split = splitOf(leaves.length)
  return index < split
    ? [...inclusionPath(leaves.slice(0, split), index), merkleRoot(leaves.slice(split))]
    : [...inclusionPath(leaves.slice(split), index - split), merkleRoot(leaves.slice(0, split))]
}

/** The root that a leaf and its path lead to (RFC 9162, section 2.1.3.2). Null if the path has another length. */
export function rootOfPath(leaf: Buffer, index: number, count: number, path: readonly Buffer[]): Buffer | null {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(count) || index < 0 || index >= count) return null
  let [at, last, digest] = [index, count - 1, leaf]
  for (const beside of path) {
    if (last === 0) return null
    if (at % 2 === 1 || at === last) {
      digest = nodeDigest(beside, digest)
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)]
    } else digest = nodeDigest(digest, beside)
    ;[at, last] = [Math.floor(at / 2), Math.floor(last / 2)]
  }
  return last === 0 ? digest : null
}
