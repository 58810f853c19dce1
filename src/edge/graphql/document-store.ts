import { GraphQLError, parse, validate, type DocumentNode, type GraphQLSchema, type ValidationRule } from 'graphql'
import { LRUCache } from 'lru-cache'
import type { Limits } from '../options.js'
import type { Reduce } from './absent-selections.js'
import { DocumentResolver, type DocumentReference } from './document-resolver.js'
import { edgeError, withCode } from './edge-error.js'
import { checkQueryLimits } from './query-limits.js'
import { checkSubscriptionRoots } from './subscription-root.js'
import { validationRules } from './validation-rules.js'

/** A document that may be executed, or the errors for which it may not. */
export type ValidationOutcome = { readonly document: DocumentNode } | { readonly errors: readonly GraphQLError[] }

/**
 * Maximum total characters of cached documents. The least recently used are evicted. A parsed document uses up to 100
 * times the memory of its text.
 */
const maxCachedCharacters = 500_000
const maxCachedDocuments = 1_000

/** A document of more characters takes milliseconds to parse and validate. */
const LONG_CHARACTERS = 2_000

/**
 * Checks documents before they are executed. Over HTTP, Apollo Server parses and validates what is within the limits; over WebSocket this
 * class does both, and caches the valid documents.
 */
export class DocumentStore {
  private readonly valid = cacheOf<DocumentNode>()
  private readonly withinLimits = cacheOf<true>()
  private readonly rules: readonly ValidationRule[]

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly limits: Limits,
    introspection: boolean,
    private readonly resolver = new DocumentResolver(),
    private readonly reduce: Reduce = (document) => document,
  ) {
    this.rules = validationRules(introspection)
  }

  /** A request with the document that it names, or the reason why there is none. */
  resolve<Request extends DocumentReference>(request: Request): Request | GraphQLError {
    return this.resolver.resolve(request)
  }

  /** The error for a document that is not trusted, or exceeds a limit. Undefined for others, also for those that do not parse. */
  checkLimits(source: string): GraphQLError | undefined {
    if (this.withinLimits.has(source)) return undefined
    const untrusted = this.resolver.refuse(source)
    if (untrusted) return untrusted
    return withinStack(
      () => {
        const parsed = this.parse(source)
        if (parsed instanceof GraphQLError)
          return parsed.extensions['code'] === 'GRAPHQL_PARSE_FAILED' ? undefined : parsed
        const failure = this.checkShape(parsed)
        if (!failure) this.withinLimits.set(source, true)
        return failure
      },
      (error) => error,
    )
  }

  /** Parses and validates a document within the limits. A known one costs no more than finding it. */
  parseAndValidate(source: string): ValidationOutcome {
    const known = this.valid.get(source)
    if (known) return { document: known }
    const untrusted = this.resolver.refuse(source)
    if (untrusted) return { errors: [untrusted] }
    return withinStack(
      () => this.examine(source),
      (error) => ({ errors: [error] }),
    )
  }

  /** Returns true if checking a text takes long: it is long, and is not known. */
  takesLong(source: string): boolean {
    return source.length > LONG_CHARACTERS && !this.withinLimits.has(source) && !this.valid.has(source)
  }

  private examine(source: string): ValidationOutcome {
    const parsed = this.parse(source)
    if (parsed instanceof GraphQLError) return { errors: [parsed] }
    const failure = this.checkShape(parsed)
    if (failure) return { errors: [failure] }
    const document = this.reduce(parsed)
    const errors = validate(this.schema, document, this.rules, { maxErrors: 50 })
    if (errors.length > 0) return { errors: errors.map((error) => withCode('GRAPHQL_VALIDATION_FAILED', error)) }
    this.valid.set(source, document)
    return { document }
  }

  private checkShape(document: DocumentNode): GraphQLError | undefined {
    return checkQueryLimits(document, this.limits) ?? checkSubscriptionRoots(document)
  }

  private parse(source: string): DocumentNode | GraphQLError {
    if (source.length > this.limits.characters)
      return edgeError('QUERY_TOO_LONG', `The query has more than ${this.limits.characters} characters.`)
    try {
      return parse(source, { maxTokens: this.limits.tokens })
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error
      if (!error.message.includes('Parsing aborted')) return withCode('GRAPHQL_PARSE_FAILED', error)
      return edgeError('QUERY_TOO_LONG', `The query has more than ${this.limits.tokens} tokens.`)
    }
  }
}

const cacheOf = <Value extends object | true>(): LRUCache<string, Value> =>
  new LRUCache({
    max: maxCachedDocuments,
    maxSize: maxCachedCharacters,
    sizeCalculation: (_value, source) => source.length + 1,
  })

/** The parser and the rules walk values by recursion: what overflows the stack is nested thousands of times. */
function withinStack<Result>(work: () => Result, tooDeep: (error: GraphQLError) => Result): Result {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return tooDeep(edgeError('QUERY_TOO_DEEP', 'The query is nested too deep.'))
  }
}
