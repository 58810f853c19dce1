import { HeaderMap, type ApolloServerPlugin } from '@apollo/server'
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
type Answers = LRUCache<string, Data>

/** Answers of one state, and of one document for different variables. */
const MAX_DOCUMENTS = 200
const MAX_VARIABLES = { answers: 20, characters: 500 }

/** State on which the answers of a caller depend besides document and variables. Null if they depend on the caller. */
export type AnswerState = (context: object) => object | null

/**
 * Plug-in that executes once what has the same result for all callers in one state: queries of fields that have the extension `shared`, or
 * that are plain properties of their objects. Others execute it for each request.
 */
export function sharedAnswers(schema: GraphQLSchema, stateOf: AnswerState): ApolloServerPlugin<object> {
  const shared = new WeakMap<DocumentNode, boolean>()
  const states = new WeakMap<object, LRUCache<OperationDefinitionNode, Answers>>()

  const isShared = (document: DocumentNode): boolean => {
    let known = shared.get(document)
    if (known === undefined) shared.set(document, (known = hasSharedFieldsOnly(schema, document)))
    return known
  }
  const answersOf = (operation: OperationDefinitionNode, state: object): Answers => {
    let documents = states.get(state)
    if (!documents) states.set(state, (documents = new LRUCache({ max: MAX_DOCUMENTS })))
    let answers = documents.get(operation)
    if (!answers) documents.set(operation, (answers = new LRUCache({ max: MAX_VARIABLES.answers })))
    return answers
  }

  return {
    requestDidStart: () => {
      let answers: Answers | undefined
      let key = ''
      return Promise.resolve({
        responseForOperation({ document, operation, request, contextValue }) {
          const state = isShared(document) ? stateOf(contextValue) : null
          if (state) key = JSON.stringify(request.variables ?? {})
          if (!state || key.length > MAX_VARIABLES.characters) return Promise.resolve(null)
          answers = answersOf(operation, state)
          const data = answers.get(key)
          if (!data) return Promise.resolve(null)
          return Promise.resolve({
            http: { headers: new HeaderMap() },
            body: { kind: 'single', singleResult: { data } },
          })
        },
        willSendResponse({ contextValue, response: { body } }) {
          const { isExecuted, budget } = metadataOf(contextValue)
          if (answers && isExecuted && body.kind === 'single' && !budget?.isLarge) {
            const { data, errors } = body.singleResult
            if (data && !errors) answers.set(key, data)
          }
          return Promise.resolve()
        },
      })
    },
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
