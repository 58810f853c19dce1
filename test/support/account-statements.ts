import { tokensOf, type SourceToken } from './source-text.js'

/** A condition on the column, or a group of it: the machine with the rows can be found, or each answers for its own. */
const ACCOUNT_CONDITION =
  /account_id\s*(?:=|in\b|,[^()]*\)\s*(?:=|in\b)|\)\s*(?:=|in\b))|=\s*(?:\w+\.)?account_id|using\s*\([^)]*account_id|partition by [^)]*account_id/i

/** Owned tables that an SQL text reads or changes, if none of its conditions names the account. */
export function tablesWithoutAccount(text: string, owned: readonly string[]): string[] {
  const used = new RegExp(`\\b(?:from|join|update)\\s+(?:only\\s+)?(${owned.join('|')})\\b`, 'gi')
  const tables = new Set([...text.matchAll(used)].map(([, table]) => table!))
  return ACCOUNT_CONDITION.test(text) ? [] : [...tables].toSorted()
}

const BEGINNINGS = new Set(['selectFrom', 'updateTable', 'deleteFrom'])
/** Calls that decide which columns are returned, and in which order, but not which rows. */
const WITHOUT_CONDITIONS = new Set(['select', 'returning', 'groupBy', 'orderBy', 'set', 'distinctOn'])

/** A query builder that names no account in its conditions. */
export interface BuilderWithoutAccount {
  /** Function or constant of the file that contains it. */
  readonly declaration: string
  readonly table: string
}

/** Query builders of a source file that read or change an owned table and name no account in their conditions. */
export function buildersWithoutAccount(source: string, owned: ReadonlySet<string>): BuilderWithoutAccount[] {
  const tokens = tokensOf(source).filter(({ kind }) => kind !== 'comment')
  const found: BuilderWithoutAccount[] = []
  let declaration = ''
  let depth = 0
  for (const [index, { kind, text }] of tokens.entries()) {
    if (kind === 'punctuator' && '([{'.includes(text)) depth++
    if (kind === 'punctuator' && ')]}'.includes(text)) depth--
    const isDeclared = text === 'function' || (text === 'const' && tokens[index - 1]?.text !== 'as')
    if (depth === 0 && isDeclared) declaration = tokens[index + 1]!.text
    const table = tokens[index + 2]
    if (!BEGINNINGS.has(text) || tokens[index + 1]?.text !== '(' || table?.kind !== 'string') continue
    const name = table.text.slice(1, -1).split(' ')[0]!
    if (owned.has(name) && !conditionsFrom(tokens, index).some(namesAccount)) found.push({ declaration, table: name })
  }
  return found
}

const namesAccount = ({ text }: SourceToken): boolean => /accountId|account_id/.test(text)

/** Tokens of a chain of calls that begins at an index, without the calls that decide only about columns. */
function conditionsFrom(tokens: readonly SourceToken[], begin: number): SourceToken[] {
  const found: SourceToken[] = []
  let at = begin
  for (;;) {
    const isCondition = !WITHOUT_CONDITIONS.has(tokens[at]!.text)
    const open = tokens.findIndex(({ text }, index) => index > at && text === '(')
    const end = closeOf(tokens, open)
    if (isCondition) found.push(...tokens.slice(at, end + 1))
    if (tokens[end + 1]?.text !== '.') return found
    at = end + 2
  }
}

/** Index of the token that closes the bracket at an index. */
function closeOf(tokens: readonly SourceToken[], open: number): number {
  let depth = 0
  for (let index = open; index < tokens.length; index++) {
    const { kind, text } = tokens[index]!
    if (kind === 'punctuator' && '([{'.includes(text)) depth++
    if (kind === 'punctuator' && ')]}'.includes(text) && --depth === 0) return index
  }
  return tokens.length - 1
}
