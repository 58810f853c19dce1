import { existsSync, globSync, readFileSync } from 'node:fs'
import { parse, visit, type ASTNode } from 'graphql'
import { commentsOf, stringsOf, titlesOf, tokensOf } from '../support/source-text.js'
import {
  ALLOWED,
  BANNED_IDENTIFIER_PARTS,
  BANNED_OPENINGS,
  BANNED_PROSE,
  BANNED_SPELLING,
  QUOTING_PAGES,
} from './ban-list.js'

/** A match of a rule, for example `comments, metaphors`. */
interface Match {
  readonly rule: string
  readonly place: string
  readonly text: string
}

const MAX_TITLE_LENGTH = 120
/** Pronouns of the rule 4 of docs/style.md in all pages. A change that lowers the number lowers this maximum. */
const MAX_PRONOUNS = 115
/** The name of a requirement says nothing to a reader: `[CO11]`, `(DF-A1)`. */
const TAG = /[[(](?:DF-[A-Z\d]|AP-[A-Z]|[A-Z]{1,2})\d+[\d.]*[a-z]?[\]),]/
/** Labels of the parts of a decision. */
const LABEL = /^\*\*(What|Instead of|Why)\*\* /

const paths = globSync('{src,packages,sandbox,dashboard,examples,bench,test}/**/*.{ts,tsx,mjs}')
  .filter((path) => !/(^|\/)(node_modules|dist|\.stackgate)\//.test(path) && !isQuoting(path))
  .toSorted()
const files = paths.map((path) => ({ path, source: readFileSync(path, 'utf8') }))

describe('words', () => {
  const matches = [
    ...inNames(),
    ...files.flatMap(({ path, source }) => inSource(path, source)),
    ...inSchema(),
    ...pages().flatMap((path) => inPage(path)),
    ...files.flatMap(({ path, source }) => inTitles(path, source)),
  ]
  it('finds the files', () => {
    expect(files.length).toBeGreaterThan(1500)
    expect(pages().length).toBeGreaterThan(20)
  })

  it('are those of the glossary and the style guide', () => {
    const found = matches.map(({ rule, place, text }) => `${rule}: ${place}: ${text}`)
    expect(found.join('\n')).toBe('')
  })

  it('of pages are nouns rather than pronouns that a reader resolves', () => {
    const pronouns = globSync('docs/*.md').flatMap(
      (path) =>
        readFileSync(path, 'utf8').match(/\b(?:that|those) of\b|\bwhat (?:is|are|was|were)\b|\bone that\b/gi) ?? [],
    )
    expect(pronouns.length).toBeLessThanOrEqual(MAX_PRONOUNS)
    expect(pronouns.length).toBeGreaterThan(MAX_PRONOUNS - 40)
  })

  it('names an existing page for each exception', () => {
    expect(QUOTING_PAGES.filter((path) => !existsSync(path))).toEqual([])
  })
})

/** Identifiers and file names. Each name counts once, however often it is used. */
function inNames(): Match[] {
  const seen = new Map<string, string>()
  for (const { path, source } of files) {
    for (const part of path.split('/')) if (!seen.has(part)) seen.set(part, path)
    for (const { kind, text } of tokensOf(source)) if (kind === 'identifier' && !seen.has(text)) seen.set(text, path)
  }
  return [...seen].flatMap(([name, path]) => {
    if (isAllowed(name, path)) return []
    const parts = name
      .split(/[^A-Za-z]+|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/)
      .map((part) => part.toLowerCase())
    const rule = parts.some((part) => BANNED_IDENTIFIER_PARTS.has(part))
      ? 'names, banned words'
      : name.match(BANNED_SPELLING)
        ? 'names, spelling'
        : null
    return rule ? [{ rule, place: path, text: name }] : []
  })
}

function inSource(path: string, source: string): Match[] {
  const tokens = tokensOf(source)
  const comments = commentsOf(source, tokens).flatMap(({ text, line }) => inProse('comments', `${path}:${line}`, text))
  // Strings of tests are mostly expectations and titles; those of src/schema are the descriptions of schema.graphql.
  if (/^test\/|^src\/schema\//.test(path)) return comments
  return [
    ...comments,
    ...stringsOf(source, tokens)
      .filter(({ text }) => isMessage(text))
      .flatMap(({ text, line }) => inProse('messages', `${path}:${line}`, text)),
  ]
}

function inSchema(): Match[] {
  const matches: Match[] = []
  visit(parse(readFileSync('src/schema/schema.graphql', 'utf8')), {
    enter(node: ASTNode) {
      if (!('description' in node) || !node.description) return
      const name = 'name' in node && node.name && 'value' in node.name ? node.name.value : 'schema'
      matches.push(...inProse('schema', `schema.graphql: ${name}`, node.description.value))
    },
  })
  return matches
}

function inPage(path: string): Match[] {
  const text = readFileSync(path, 'utf8').replaceAll(/^```[^]*?^```$/gm, (block) => block.replaceAll(/[^\n]/g, ''))
  return text
    .split('\n')
    .flatMap((line, index) =>
      inProse('pages', `${path}:${index + 1}`, line.replace(LABEL, '').replace(/^[|#>\s*-]+/, '')),
    )
}

function inTitles(path: string, source: string): Match[] {
  if (!path.startsWith('test/')) return []
  return titlesOf(source).flatMap(({ text, line }) => {
    const place = `${path}:${line}`
    const broken = [
      ...(TAG.test(text) ? ['titles, tag of a requirement'] : []),
      ...(text.length > MAX_TITLE_LENGTH ? ['titles, too long'] : []),
    ]
    return [...broken.map((rule) => ({ rule, place, text })), ...inProse('titles', place, text)]
  })
}

function inProse(subject: string, place: string, text: string): Match[] {
  const prose = text.replaceAll(/`[^`]*`|\$\{[^}]*\}/g, '`code`')
  const match = (rule: string, found: string): Match => ({ rule: `${subject}, ${rule}`, place, text: found })
  const found = [...BANNED_PROSE, { name: 'spelling', patterns: [BANNED_SPELLING] }].flatMap(({ name, patterns }) =>
    patterns.flatMap((pattern) =>
      [...prose.matchAll(pattern)]
        .filter(
          ({ 0: words, index }) => !isAllowed(prose.slice(Math.max(0, index - 12), index + words.length + 12), place),
        )
        .map(({ index }) => match(name, prose.slice(Math.max(0, index - 40), index + 60))),
    ),
  )
  const first = /^[^.?!]*[.?!]?/.exec(prose)![0].replace(/\.$/, '')
  const isOpening =
    subject !== 'messages' && !first.endsWith('?') && BANNED_OPENINGS.some((pattern) => pattern.test(capital(first)))
  return isOpening ? [...found, match('headless opening', first)] : found
}

/** Text of at least two words that is neither SQL nor code. */
function isMessage(text: string): boolean {
  if (!/[a-z]{2,} [a-z]{2,}/i.test(text)) return false
  return !/::\w|\bselect\b[^]*\bfrom\b|^\s*[({]?\s*(and|or|where|with|select|insert|update|delete|from|join|left join|order by|set|on|create|alter|drop|lock|returning|exists|case|query|mutation|subscription|fragment)\b[^]*[=($"{]|\w\.\w+ (=|is|in)\b|[{}]\s*\w+\s*\{/i.test(
    text,
  )
}

function isAllowed(text: string, path: string): boolean {
  return ALLOWED.some((exception) => exception.text.test(text) && (exception.path?.test(path) ?? true))
}

function pages(): string[] {
  return [...globSync('{docs,bench,packages,sandbox,examples,dashboard,src,.github}/**/*.md'), ...globSync('*.md')]
    .filter((path) => !path.includes('node_modules/') && !isQuoting(path))
    .toSorted()
}

function isQuoting(path: string): boolean {
  return QUOTING_PAGES.some((page) => path === page || path.startsWith(`${page}/`))
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
