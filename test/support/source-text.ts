/** Splits TypeScript and JavaScript source into tokens, for checks of its words. It has no imports, so that scripts can load it with plain Node. */

export interface SourceToken {
  readonly kind: 'identifier' | 'string' | 'template' | 'comment' | 'regex' | 'number' | 'punctuator'
  /** Source text, with delimiters. */
  readonly text: string
  readonly start: number
  readonly end: number
}

export interface TextAt {
  readonly text: string
  readonly line: number
  /** Offset in the source. */
  readonly start: number
  readonly end: number
}

const IDENTIFIER = /[\p{L}_$#][\p{L}\p{N}_$]*/uy
const NUMBER = /\d[\w.]*/y
const SPACE = /\s+/y
const COMMENT = /\/\/[^\n]*|\/\*[^]*?\*\//y
const STRING = /'(?:[^'\\\n]|\\[^])*'|"(?:[^"\\\n]|\\[^])*"/y
const REGEX = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y
/** Words after which a slash starts a regular expression. */
const BEFORE_REGEX = new Set(['return', 'typeof', 'case', 'in', 'of', 'do', 'else', 'void', 'await', 'yield', 'new'])

export function tokensOf(source: string): SourceToken[] {
  const tokens: SourceToken[] = []
  readTokens(source, source.startsWith('#!') ? source.indexOf('\n') : 0, tokens, false)
  return tokens
}

/** Reads to the end of the source, or to the brace that closes a `${`. Returns the offset after it. */
function readTokens(source: string, from: number, tokens: SourceToken[], inTemplate: boolean): number {
  let at = from
  let depth = 0
  const match = (pattern: RegExp): number => {
    pattern.lastIndex = at
    return pattern.test(source) ? pattern.lastIndex : -1
  }
  const add = (kind: SourceToken['kind'], end: number): void => {
    tokens.push({ kind, text: source.slice(at, end), start: at, end })
    at = end
  }
  while (at < source.length) {
    const character = source[at]!
    let end: number
    if ((end = match(SPACE)) > 0) at = end
    else if (character === '/' && (end = match(COMMENT)) > 0) add('comment', end)
    else if ((character === "'" || character === '"') && (end = match(STRING)) > 0) add('string', end)
    else if (character === '`') {
      const index = tokens.length
      const inner: SourceToken[] = []
      end = readTemplate(source, at + 1, inner)
      add('template', end)
      tokens.splice(index + 1, 0, ...inner)
    } else if (character === '/' && startsRegex(tokens) && (end = match(REGEX)) > 0) add('regex', end)
    else if ((end = match(NUMBER)) > 0) add('number', end)
    else if ((end = match(IDENTIFIER)) > 0) add('identifier', end)
    else {
      if (character === '{') depth++
      if (character === '}' && depth-- === 0 && inTemplate) return at + 1
      add('punctuator', at + 1)
    }
  }
  return at
}

function readTemplate(source: string, from: number, tokens: SourceToken[]): number {
  let at = from
  while (at < source.length) {
    if (source[at] === '\\') at += 2
    else if (source[at] === '`') return at + 1
    else if (source.startsWith('${', at)) at = readTokens(source, at + 2, tokens, true)
    else at++
  }
  return at
}

function startsRegex(tokens: readonly SourceToken[]): boolean {
  const last = tokens.findLast(({ kind }) => kind !== 'comment')
  if (!last) return true
  if (last.kind === 'identifier') return BEFORE_REGEX.has(last.text)
  return last.kind === 'punctuator' && !')]}'.includes(last.text)
}

/** Comments, with consecutive `//` lines as one. The text has no delimiters. */
export function commentsOf(source: string, tokens = tokensOf(source)): TextAt[] {
  const comments: TextAt[] = []
  let previous: { end: number; isLine: boolean } = { end: -1, isLine: false }
  for (const token of tokens) {
    if (token.kind !== 'comment') continue
    const isLine = token.text.startsWith('//')
    const text = isLine ? token.text.slice(2).trim() : blockText(token.text)
    const last = comments.at(-1)
    const continues = last && isLine && previous.isLine && /^\n[ \t]*$/.test(source.slice(previous.end, token.start))
    if (continues) comments[comments.length - 1] = { ...last, text: `${last.text} ${text}`, end: token.end }
    else comments.push({ text, line: lineOf(source, token.start), start: token.start, end: token.end })
    previous = { end: token.end, isLine }
  }
  return comments.filter(({ text }) => !/^(oxlint|eslint|@ts-|@type\b)/.test(text))
}

function blockText(comment: string): string {
  return comment
    .replace(/^\/\*\*?/, '')
    .replace(/\*\/$/, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\*? ?/, '').trim())
    .join(' ')
    .trim()
}

/** String literals and templates, without quotes. */
export function stringsOf(source: string, tokens = tokensOf(source)): TextAt[] {
  return tokens
    .filter(({ kind }) => kind === 'string' || kind === 'template')
    .map(({ text, start, end }) => ({ text: text.slice(1, -1), line: lineOf(source, start), start, end }))
}

export interface Title extends TextAt {
  readonly kind: 'describe' | 'it'
}

/** Titles of `describe`, `it` and their variants. The text is the literal of the source, without quotes. */
export function titlesOf(source: string): Title[] {
  const tokens = tokensOf(source).filter(({ kind }) => kind !== 'comment')
  return tokens.flatMap((token, index) => {
    const kind = /^describe(Unless)?$/.test(token.text)
      ? 'describe'
      : /^(it|itUnless|test)$/.test(token.text)
        ? 'it'
        : null
    if (kind === null || token.kind !== 'identifier' || tokens[index - 1]?.text === '.') return []
    const title = titleAfter(tokens, index + 1)
    if (!title) return []
    return [
      { kind, text: title.text.slice(1, -1), line: lineOf(source, title.start), start: title.start, end: title.end },
    ]
  })
}

/** The first argument of the last call in `it.each(table)('title', …)`, if it is a literal. */
function titleAfter(tokens: readonly SourceToken[], from: number): SourceToken | null {
  let at = from
  while (tokens[at]?.text === '.') at += 2
  if (tokens[at]?.text === '<') at = afterTypeArguments(tokens, at)
  while (tokens[at]?.text === '(') {
    const first = tokens[at + 1]
    at = closing(tokens, at) + 1
    if (tokens[at]?.text !== '(') return first && (first.kind === 'string' || first.kind === 'template') ? first : null
  }
  return null
}

function afterTypeArguments(tokens: readonly SourceToken[], open: number): number {
  let depth = 0
  for (let at = open; at < tokens.length; at++) {
    if (tokens[at]!.text === '<') depth++
    if (tokens[at]!.text === '>' && tokens[at - 1]!.text !== '=' && --depth === 0) return at + 1
  }
  return tokens.length
}

function closing(tokens: readonly SourceToken[], open: number): number {
  let depth = 0
  for (let at = open; at < tokens.length; at++) {
    if (tokens[at]!.kind !== 'punctuator') continue
    if ('([{'.includes(tokens[at]!.text)) depth++
    if (')]}'.includes(tokens[at]!.text) && --depth === 0) return at
  }
  return tokens.length
}

const lineOf = (source: string, offset: number): number => source.slice(0, offset).split('\n').length
