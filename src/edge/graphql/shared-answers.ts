import { HeaderMap, type GraphQLRequestContextResponseForOperation, type GraphQLResponse } from '@apollo/server'
import {
  TypeInfo,
  TypeNameMetaFieldDef,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql'
import { LRUCache } from 'lru-cache'
import { metadataOf } from './operation-metadata.js'

type Data = Record<string, unknown>
type FoundOperation = GraphQLRequestContextResponseForOperation<object>
type Answers = LRUCache<string, Data>

/** Answers of one state, and of one document for different variables. */
const MAX_DOCUMENTS = 200
const MAX_VARIABLES = { answers: 20, characters: 500 }

/** State on which the answers of a caller depend besides document and variables. Null if they depend on the caller. */
export type AnswerState = (context: object) => object | null

/**
 * Answers of what has the same result for all callers in one state: queries of fields that have the extension `shared`, or that are plain
 * properties of their objects. Others are executed for each request.
 */
export class SharedAnswers {
  private readonly isShared = new WeakMap<DocumentNode, boolean>()
  private readonly states = new WeakMap<object, LRUCache<OperationDefinitionNode, Answers>>()

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly stateOf: AnswerState,
  ) {}

  /** The answer of an operation. Null if it has none; then it is kept when it was executed, if it may be shared. */
  find({ document, operation, request, contextValue }: FoundOperation): Promise<GraphQLResponse> | null {
    let isShared = this.isShared.get(document)
    if (isShared === undefined) this.isShared.set(document, (isShared = hasSharedFieldsOnly(this.schema, document)))
    const state = isShared ? this.stateOf(contextValue) : null
    if (!state) return null
    const key = JSON.stringify(request.variables ?? {})
    if (key.length > MAX_VARIABLES.characters) return null
    const answers = this.answersOf(operation, state)
    const data = answers.get(key)
    if (!data) {
      metadataOf(contextValue).keepAnswer = (answer) => void answers.set(key, answer)
      return null
    }
    return Promise.resolve({ http: { headers: new HeaderMap() }, body: { kind: 'single', singleResult: { data } } })
  }

  private answersOf(operation: OperationDefinitionNode, state: object): Answers {
    let documents = this.states.get(state)
    if (!documents) this.states.set(state, (documents = new LRUCache({ max: MAX_DOCUMENTS })))
    let answers = documents.get(operation)
    if (!answers) documents.set(operation, (answers = new LRUCache({ max: MAX_VARIABLES.answers })))
    return answers
  }
}

function hasSharedFieldsOnly(schema: GraphQLSchema, document: DocumentNode): boolean {
  const types = new TypeInfo(schema)
  let result = true
  visit(
    document,
    visitWithTypeInfo(types, {
      Field: () => {
        const field = types.getFieldDef()
        if (field !== TypeNameMetaFieldDef && (!field || (field.resolve && field.extensions['shared'] !== true)))
          result = false
      },
    }),
  )
  return result
}
