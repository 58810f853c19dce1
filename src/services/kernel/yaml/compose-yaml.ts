import {
  Composer,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  Parser,
  type CST,
  type Document,
  type Node,
  type ScalarTag,
} from 'yaml'

/** Limits of a YAML text. They are counted before nodes are made, because nodes take the most time. */
export interface YamlLimits {
  /** Words, punctuation marks, indentations and line ends, as the lexer of the package counts them. */
  readonly tokens: number
  readonly levels: number
}

export interface YamlProblem {
  readonly offset: number
  readonly message: string
}

/** A YAML text with its nodes, or with the reasons why it has none. */
export interface ComposedYaml {
  readonly document: Document
  readonly lines: LineCounter
  readonly problems: readonly YamlProblem[]
  /** False if the problems leave out parts of the text, so that the nodes have no meaning. */
  readonly isReadable: boolean
}

const MAX_PROBLEM_LENGTH = 200
const MAX_MISTAKES = 1_000
/** The document and a scalar are in the stack of the parser, too. */
const OTHER_TOKENS = 2

/**
 * Composes the document of a YAML 1.2 text in time that is proportional to its length. The package by itself compares each
 * key with all others of its map, and recurses as deep as the text is nested.
 * @param customTags tags that are read beside those of YAML 1.2
 */
export function composeYaml(text: string, limits: YamlLimits, customTags: ScalarTag[] = []): ComposedYaml {
  const lines = new LineCounter()
  const composer = new Composer({ uniqueKeys: false, version: '1.2', customTags })
  const failed = (problem: YamlProblem): ComposedYaml => {
    const [document] = new Composer().end(true, 0)
    return { document: document!, lines, problems: [problem], isReadable: false }
  }
  const tokens = parseTokens(text, lines, limits)
  if (!Array.isArray(tokens)) return failed(tokens)
  limitMistakes(composer)
  let document: Document | undefined
  try {
    for (const next of composer.compose(tokens, true, text.length)) {
      if (document)
        return failed({ offset: next.range[0], message: 'Source contains multiple documents; write a single one' })
      document = next as unknown as Document
    }
  } catch (error) {
    if (error instanceof TooManyMistakes) return failed({ offset: error.offset, message: error.message })
    throw error
  }
  const { errors, warnings, contents } = document!
  const problems = [...errors, ...warnings].map(({ pos, message }) => ({
    offset: pos[0],
    message: message.slice(0, MAX_PROBLEM_LENGTH),
  }))
  if (contents) problems.push(...repeatedKeys(contents))
  return { document: document!, lines, problems, isReadable: errors.length === 0 }
}

class TooManyMistakes extends Error {
  constructor(readonly offset: number) {
    super(`More than ${MAX_MISTAKES} mistakes`)
  }
}

/** Place of a mistake, as the package states it. */
type Place = number | readonly [number, ...unknown[]] | { readonly offset: number }

/** Ends the composition of a text with very many mistakes. Each is an error with a stack, and a line of a block can be one. */
function limitMistakes(composer: Composer): void {
  const receiver = composer as unknown as { onError: (place: Place, ...mistake: unknown[]) => void }
  const note = receiver.onError
  let mistakes = 0
  receiver.onError = (place, ...mistake) => {
    if (++mistakes > MAX_MISTAKES) throw new TooManyMistakes(offsetOf(place))
    note(place, ...mistake)
  }
}

const offsetOf = (place: Place): number =>
  typeof place === 'number' ? place : 'offset' in place ? place.offset : place[0]

function parseTokens(text: string, lines: LineCounter, { tokens, levels }: YamlLimits): CST.Token[] | YamlProblem {
  const parser = new Parser(lines.addNewLine)
  lines.addNewLine(0)
  const parsed: CST.Token[] = []
  let [count, mistakes] = [0, 0]
  for (const lexeme of new Lexer().lex(text)) {
    if (++count > tokens) return { offset: parser.offset, message: `More than ${tokens} words and punctuation marks` }
    for (const token of parser.next(lexeme)) {
      if (token.type === 'error' && ++mistakes > MAX_MISTAKES)
        return { offset: parser.offset, message: `More than ${MAX_MISTAKES} mistakes` }
      parsed.push(token)
    }
    if (parser.stack.length > levels + OTHER_TOKENS)
      return { offset: parser.offset, message: `Nested deeper than ${levels} levels` }
  }
  parsed.push(...parser.end())
  return parsed
}

function repeatedKeys(node: Node): YamlProblem[] {
  const problems: YamlProblem[] = []
  const visit = (value: unknown): void => {
    if (isSeq(value)) for (const item of value.items) visit(item)
    if (!isMap(value)) return
    const names = new Set<string>()
    for (const { key, value: member } of value.items) {
      const name = isScalar(key) ? String(key.value) : null
      if (name !== null && names.size === names.add(name).size)
        problems.push({ offset: (key as Node).range?.[0] ?? 0, message: 'Map keys must be unique' })
      visit(key)
      visit(member)
    }
  }
  visit(node)
  return problems
}
