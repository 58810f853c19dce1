import { createHash } from 'node:crypto'
import {
  getOperationAST,
  GraphQLError,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type ValidationRule,
} from 'graphql'
import { LRUCache } from 'lru-cache'
import type { Limits } from '../options.js'
import { edgeError, withCode } from './edge-error.js'
import { checkQueryLimits } from './query-limits.js'
import { OperationCost, type Variables } from './operation-cost.js'

/** A valid document, and its cached data. */
export class ValidatedDocument {
  /** Number of executions. */
  uses = 0
  private readonly costs = new Map<OperationDefinitionNode, OperationCost>()
  private digest: string | undefined

  constructor(
    private readonly schema: GraphQLSchema,
    readonly source: string,
    readonly document: DocumentNode,
  ) {}

  /** SHA-256 of the source in hex: its name as a persisted operation. */
  get hash(): string {
    return (this.digest ??= createHash('sha256').update(this.source).digest('hex'))
  }

  /** The operation of this name, or the only one; undefined when there is none or it is not clear which. */
  operation(name: string | undefined): OperationDefinitionNode | undefined {
    return getOperationAST(this.document, name) ?? undefined
  }

  /** The cost of the operation with these variables. Undefined if they are not valid. */
  cost(operation: OperationDefinitionNode, variables: Variables): number | undefined {
    let costs = this.costs.get(operation)
    if (!costs) this.costs.set(operation, (costs = new OperationCost(this.schema, this.document, operation)))
    return costs.for(variables)
  }
}

/** Why an operation of such a cost is refused; undefined when it is not. Variables that are not valid are refused by execution. */
export function refuseCost(cost: number | undefined, limit: number): GraphQLError | undefined {
  if (cost === undefined || cost <= limit) return undefined
  const told = Number.isFinite(cost) ? `${cost} exceeds the limit of ${limit}` : `exceeds the limit of ${limit}`
  return edgeError('QUERY_TOO_COMPLEX', `Query cost ${told}. Select fewer fields or smaller pages.`, {
    extensions: { limit },
  })
}

/** The answer to a document: it may be executed, or why it may not. */
export type ValidationOutcome = { admitted: ValidatedDocument } | { errors: readonly GraphQLError[] }

/**
 * Maximum total characters of cached documents; the least recently used are evicted. A parsed document takes up to 100
 * times its text.
 */
const maxCachedCharacters = 500_000
const maxCachedDocuments = 1_000

/** A document of more characters takes milliseconds to parse and validate. */
const LONG_CHARACTERS = 2_000

/** Parses, limits and validates documents from HTTP and WebSocket, and caches the valid ones. */
export class DocumentStore {
  private readonly byHash = new Map<string, ValidatedDocument>()
  private readonly bySource = new LRUCache<string, ValidatedDocument>({
    max: maxCachedDocuments,
    maxSize: maxCachedCharacters,
    sizeCalculation: (document) => document.source.length + 1,
    dispose: (document) => this.byHash.delete(document.hash),
  })
  private readonly rules: readonly ValidationRule[]

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly limits: Limits,
    introspection: boolean,
  ) {
    this.rules = introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule]
  }

  /** Looks at a document; a known one costs no more than finding it. */
  parseAndValidate(source: string): ValidationOutcome {
    const known = this.bySource.get(source)
    if (known) return { admitted: known }
    try {
      return this.examine(source)
    } catch (error) {
      // The parser and the rules walk values by recursion: what overflows the stack is nested thousands of times.
      if (!(error instanceof RangeError)) throw error
      return { errors: [edgeError('QUERY_TOO_DEEP', 'The query is nested too deeply.')] }
    }
  }

  /** Returns true if admitting a text takes long: it is long, and must be parsed and validated. */
  takesLong(source: string): boolean {
    return source.length > LONG_CHARACTERS && !this.bySource.has(source)
  }

  /** A cached document by its hash. */
  find(hash: string): ValidatedDocument | undefined {
    return this.byHash.get(hash)
  }

  private examine(source: string): ValidationOutcome {
    const parsed = this.parse(source)
    if (parsed instanceof GraphQLError) return { errors: [parsed] }
    const refusal = checkQueryLimits(parsed, this.limits)
    if (refusal) return { errors: [refusal] }
    const faults = validate(this.schema, parsed, this.rules, { maxErrors: 50 })
    if (faults.length > 0) return { errors: faults.map((fault) => withCode('GRAPHQL_VALIDATION_FAILED', fault)) }
    return { admitted: this.remember(new ValidatedDocument(this.schema, source, parsed)) }
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

  private remember(document: ValidatedDocument): ValidatedDocument {
    this.bySource.set(document.source, document)
    if (this.bySource.has(document.source)) this.byHash.set(document.hash, document)
    return document
  }
}
