import { hashesEqual } from '#services/kernel/secrets/secret-box.js'
import { chainStart, DIGEST_BYTES, entryDigester, leafData, linkValue, type EntryDigester } from './entry-digest.js'
import { entryReason } from './entry-reason.js'
import { leafDigest, rootOfPath } from './merkle-tree.js'
import { parseRoot, type RootContent } from './root-content.js'
import { isSignedByOne } from './signature.js'
import type { RootedState, SignedDocument, StatementDocument, StatementEntry } from './statement-document.js'

/** Knowledge of the verifier from elsewhere than the document. */
export interface Expectations {
  /** Public keys that are accepted. Default: the key in the document, which proves only that it was not damaged. */
  readonly keys?: readonly string[]
  readonly accountId?: string
}

/** Units of a feature by kind of entry. */
export interface StatementTotal {
  readonly feature: string
  readonly kind: string
  readonly amount: string
}

export interface StatementVerification {
  readonly ok: boolean
  readonly accountId: string
  readonly business: string
  readonly from: string
  readonly to: string
  readonly provenUntil: string
  /** Number of entries between the two roots. */
  readonly entries: number
  /** Number of them with a time in the range. */
  readonly entriesInRange: number
  /** Sums of the entries with a time in the range. */
  readonly totals: readonly StatementTotal[]
  readonly keyId: string
  readonly isKeyTrusted: boolean
  readonly problems: readonly string[]
}

/** Verifies a statement without a server or a database. */
export function verifyStatement(document: StatementDocument, expected: Expectations = {}): StatementVerification {
  const { account_id: accountId, business, from, to, opening, closing, links } = document
  const keys = expected.keys ?? []
  const problems: string[] = []
  if (expected.accountId !== undefined && expected.accountId !== accountId)
    problems.push(`The statement is of account ${accountId}, not of ${expected.accountId}.`)
  const first = opening && checkState(document, opening, 'opening', keys, problems)
  const last = checkState(document, closing, 'closing', keys, problems)
  if (first && last && first.number >= last.number) problems.push('The opening root is not before the closing root.')
  if (first && first.at > from) problems.push(`The opening root is of ${first.at}, after the start of the range.`)
  if (last && last.at !== document.proven_until) problems.push('proven_until differs from the closing root.')
  if (last && last.at < to)
    problems.push(
      `Entries are proven until ${last.at} only, and the range ends at ${to}: a later root exists or will exist.`,
    )
  checkLinks(document, problems)
  const entries = links.flatMap((link) => link.entries)
  const inRange = entries.filter(({ columns: { at } }) => isInRange(at ?? '', from, to))
  return {
    ok: problems.length === 0,
    accountId,
    business,
    from,
    to,
    provenUntil: document.proven_until,
    entries: entries.length,
    entriesInRange: inRange.length,
    totals: totalsOf(inRange),
    keyId: closing.root.key_id,
    isKeyTrusted: keys.length > 0,
    problems,
  }
}

/** Times have different precision: three digits in the range, six in entries. */
const isInRange = (at: string, from: string, to: string): boolean =>
  Date.parse(at) >= Date.parse(from) && Date.parse(at) < Date.parse(to)

/** Verifies a signature. Reports by the name of the signed text. */
export function checkSignature(
  { content, key_id, signature, public_key }: SignedDocument,
  name: string,
  keys: readonly string[],
  problems: string[],
): void {
  if (!isSignedByOne({ content, keyId: key_id, signature }, [public_key]))
    problems.push(`The signature of the ${name} is wrong.`)
  else if (keys.length > 0 && !keys.includes(public_key))
    problems.push(`The ${name} is signed with the key ${key_id}, which is not one of the accepted keys.`)
}

function checkState(
  { account_id, business }: StatementDocument,
  { entry_count, value, root, proof }: RootedState,
  name: 'opening' | 'closing',
  keys: readonly string[],
  problems: string[],
): RootContent | null {
  checkSignature(root, `${name} root`, keys, problems)
  const content = parseRoot(root.content)
  if (!content || content.key_id !== root.key_id) {
    problems.push(`The ${name} root cannot be read.`)
    return null
  }
  if (content.business !== business) problems.push(`The ${name} root is of ${content.business}, not of ${business}.`)
  const leaf = leafDigest(
    leafData({ accountId: account_id, log: 'LEDGER', entryCount: entry_count, value: Buffer.from(value, 'hex') }),
  )
  const path = proof.path.map((digest) => Buffer.from(digest, 'hex'))
  if (rootOfPath(leaf, proof.index, content.chain_count, path)?.toString('hex') !== content.root)
    problems.push(`The proof does not lead from the ${name} state of the account to the signed root.`)
  return content
}

/** Recomputes digests, values and reasons. Reports the first difference of each kind of part. */
function checkLinks(document: StatementDocument, problems: string[]): void {
  const { account_id: accountId, opening, closing, links } = document
  const key = document.commitment_key === null ? null : Buffer.from(document.commitment_key, 'hex')
  let count = opening?.entry_count ?? 0
  let value = opening ? Buffer.from(opening.value, 'hex') : chainStart(accountId, 'LEDGER')
  for (const link of links) {
    if (link.entries_before !== count)
      return void problems.push(`Link ${link.number} does not continue the link before.`)
    const wrong = link.entries.find((entry) => !hashesEqual(digestOf(entry, key), entry.digest))
    if (wrong) return void problems.push(`${nameOf(wrong)} was changed.`)
    const explained = link.entries.find(({ columns, reason }) => entryReason(columns) !== reason)
    if (explained) return void problems.push(`The reason of ${nameOf(explained)} does not follow from the entry.`)
    const digests = Buffer.concat(link.entries.map(({ digest }) => Buffer.from(digest, 'hex')))
    value = linkValue(value, count, digests)
    if (value.toString('hex') !== link.value)
      return void problems.push(
        `The value of link ${link.number} is not the hash of its entries and of the value before: an entry was changed, removed or moved.`,
      )
    count += digests.length / DIGEST_BYTES
  }
  if (count !== closing.entry_count || value.toString('hex') !== closing.value)
    problems.push(
      'The entries do not lead from the opening state to the closing state: some are missing, or from another account.',
    )
}

const nameOf = ({ columns }: StatementEntry): string =>
  `Entry ${columns['version']}-${columns['operation_no']}-${columns['entry_no']}`

const digesters = new Map<string, EntryDigester>()

function digestOf({ columns }: StatementEntry, key: Buffer | null): string {
  const names = Object.keys(columns)
  const known = names.join(' ')
  const digester = digesters.get(known) ?? entryDigester('LEDGER', names)
  digesters.set(known, digester)
  return digester.digest(Object.values(columns), key).toString('hex')
}

function totalsOf(entries: readonly StatementEntry[]): StatementTotal[] {
  const sums = new Map<string, { feature: string; kind: string; amount: bigint }>()
  for (const { columns } of entries) {
    const [feature, kind] = [columns['feature'] ?? '', columns['kind'] ?? '']
    const sum = sums.get(`${feature} ${kind}`) ?? { feature, kind, amount: 0n }
    sums.set(`${feature} ${kind}`, sum)
    if (/^-?\d+$/.test(columns['amount'] ?? '')) sum.amount += BigInt(columns['amount']!)
  }
  return [...sums.values()].map((sum) => ({ ...sum, amount: String(sum.amount) }))
}
