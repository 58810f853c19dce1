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
