import { bytesOf } from '#services/kernel/backup/copy-rows.js'
import { merkleRoot } from './merkle-tree.js'
import { contentDigest, parseRoot, type RootContent } from './root-content.js'
import { isSignedByOne, type SignedText } from './signature.js'

interface StoredRoot extends SignedText {
  readonly number: number
  readonly at: string
}

/** A row by the names of its columns. */
export type Row = Readonly<Record<string, string | null>>

/** The signed roots of a source, with their blocks and keys. */
export class CheckedRoots {
  private readonly roots: StoredRoot[] = []
  private readonly blocks = new Map<number, { readonly block: number; readonly digest: Buffer }[]>()
  private readonly publicKeys: string[] = []

  addRoot(row: Row): void {
    this.roots.push({
      number: Number(row['number']),
      at: momentOf(row['at']!),
      content: row['content']!,
      keyId: row['key_id']!,
      signature: row['signature']!,
    })
  }

  addBlock(row: Row): void {
    const rootNumber = Number(row['root_number'])
    const known = this.blocks.get(rootNumber) ?? []
    this.blocks.set(rootNumber, known)
    known.push({ block: Number(row['block']), digest: bytesOf(row['digest']!) })
  }

  addKey(row: Row): void {
    this.publicKeys.push(row['public_key']!)
  }

  get count(): number {
    return this.roots.length
  }

  get lastAt(): string | null {
    return this.roots.at(-1)?.at ?? null
  }

  get keyIds(): string[] {
    return [...new Set(this.roots.map(({ keyId }) => keyId))]
  }

  /** Verifies all roots. Returns the content of the last one. */
  check(trustedKeys: readonly string[], report: (problem: string) => void): RootContent | null {
    const keys = trustedKeys.length > 0 ? trustedKeys : this.publicKeys
    this.roots.sort((left, right) => left.number - right.number)
    let last: RootContent | null = null
    for (const [index, root] of this.roots.entries())
      last = this.checkRoot(root, this.roots[index - 1], {
        keys,
        report: (problem) => report(`root ${root.number}: ${problem}`),
      })
    return last
  }

  private checkRoot(
    root: StoredRoot,
    before: StoredRoot | undefined,
    { keys, report }: { readonly keys: readonly string[]; readonly report: (problem: string) => void },
  ): RootContent | null {
    const content = parseRoot(root.content)
    if (!isSignedByOne(root, keys)) report('no accepted key made its signature')
    if (!content || content.number !== root.number || content.at !== root.at || content.key_id !== root.keyId)
      report('its row differs from the signed content')
    if (root.number !== (before?.number ?? 0) + 1) report('the root before it is missing')
    else if (content && content.previous !== (before ? contentDigest(before.content) : null))
      report('it does not continue the root before')
    const blocks = (this.blocks.get(root.number) ?? []).toSorted((left, right) => left.block - right.block)
    const isWhole = blocks.length > 0 && blocks.every(({ block }, index) => block === index)
    if (content && (!isWhole || merkleRoot(blocks.map(({ digest }) => digest)).toString('hex') !== content.root))
      report('its blocks do not lead to the signed digest')
    return content
  }
}

/** A time as roots write it. Another text is returned unchanged, and differs from the root. */
function momentOf(text: string): string {
  const time = new Date(text)
  return Number.isNaN(time.getTime()) ? text : time.toISOString()
}
