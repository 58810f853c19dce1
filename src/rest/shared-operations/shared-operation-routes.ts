import type { DocumentNode, GraphQLObjectType, GraphQLSchema, OperationDefinitionNode } from 'graphql'
import type { RequestContext } from '#context/request-context.js'
import { ClientDocuments } from './client-documents.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { authenticate, requireBearer } from '../authenticate.js'
import { denialBody } from '../entitlements/entitlement-bodies.js'
import type { Code } from '../openapi/route-description.js'
import type { RestOperation } from '../rest-operation.js'
import { sendDenial, type RestHost } from '../rest-context.js'
import type { RestApp } from '../type-provider.js'
import { denialIn, executeDocument, raisingSchema } from './execute-document.js'
import { requestShape, type RequestShape } from './request-shape.js'
import { ResponseShapes, type ResponseShape } from './response-shape.js'
import { restTexts } from './rest-names.js'

interface Compiled {
  readonly operation: RestOperation
  readonly document: DocumentNode
  readonly request: RequestShape
  readonly response: ResponseShape
  readonly summary: string
  readonly description: string
  readonly errors: readonly Code[]
}

interface SharedOperations {
  /** The schema whose root fields raise denials. */
  readonly schema: GraphQLSchema
  readonly operations: readonly Compiled[]
}

const compiled = new WeakMap<GraphQLSchema, WeakMap<readonly RestOperation[], SharedOperations>>()

/** Several servers of one process share a schema and its operations. */
function operationsOf({ schema, requirementOf }: RestHost, rows: readonly RestOperation[]): SharedOperations {
  const ofSchema = compiled.get(schema) ?? new WeakMap<readonly RestOperation[], SharedOperations>()
  const known = ofSchema.get(rows)
  if (known) return known
  const documents = new ClientDocuments()
  const restText = restTexts(schema)
  const shapes = new ResponseShapes(schema, restText)
  const operations = rows.map((operation) => {
    const document = documents.firstFieldOf(operation.document)
    const names = operation.names ?? {}
    const request = requestShape(schema, document, { names, restText })
    const response = shapes.of(document, { ...operation, names })
    const permission = permissionText(requirementOf(schema, rootOf(schema, document).name, response.root))
    const [first = '', ...more] = restText([textOf(schema, document, response), ...permission].join(' ')).split(
      /(?<=\.) /,
    )
    const errors = [...ownErrors(request), ...(operation.errors ?? [])]
    const summary = operation.summary ?? first
    const description = [...more, ...graphqlName(response)].join(' ')
    return { operation, document, request, response, summary, description, errors }
  })
  const shared = { schema: raisingSchema(schema), operations }
  compiled.set(schema, ofSchema.set(rows, shared))
  return shared
}

const isGeneric = ({ root }: ResponseShape): boolean => ['account', 'node'].includes(root)

const graphqlName = (response: ResponseShape): string[] =>
  isGeneric(response) ? [] : [`Runs the operation \`${response.root}\` of GraphQL.`]

const rootOf = (schema: GraphQLSchema, document: DocumentNode): GraphQLObjectType =>
  schema.getRootType((document.definitions[0] as OperationDefinitionNode).operation)!

const permissionText = (permission: string | null): string[] =>
  permission === null ? [] : [`Requires the permission \`${permission}\`.`]

/** Text of the operation: that of its root field. A query of an object of any kind is described by what it returns. */
function textOf(schema: GraphQLSchema, document: DocumentNode, response: ResponseShape): string {
  const text = isGeneric(response) ? response.schema : rootOf(schema, document).getFields()[response.root]
  return text?.description ?? ''
}

/** Codes that follow from the form of the request. */
const ownErrors = ({ body: { shape } }: RequestShape): Code[] => [
  ...('idempotency_key' in shape ? (['IDEMPOTENCY_MISMATCH'] as const) : []),
  ...('after' in shape ? (['INVALID_CURSOR'] as const) : []),
]

/** Routes of operations: each sends its document, and has the names and forms of REST. */
export function sharedOperationRoutes(host: RestHost, rows: readonly RestOperation[]) {
  return (app: RestApp): void => {
    app.addHook('preValidation', authenticate(host))
    const { schema, operations } = operationsOf(host, rows)
    for (const { operation, document, request, response, summary, description, errors } of operations)
      app.post(
        operation.path,
        {
          schema: {
            operationId: operation.operationId,
            summary,
            description,
            tag: operation.tag,
            access: 'bearer',
            body: request.body,
            example: operation.example,
            response: { 200: response.schema },
            errors: ['FORBIDDEN', 'NOT_FOUND', ...errors],
          },
        },
        async ({ requestContext: context, body }, reply) => {
          requireBearer(context)
          const variables = request.variablesOf(body)
          const { typename } = response
          const missing = () => notFound(request, response)
          const result = await executeDocument(schema, { document, context, variables, typename, missing })
          if ('denial' in result) return sendDenial(context, reply, result.denial, request.pathOf)
          return { ...response.toBody(result.data), ...(await denialMember(context, response, result.root)) }
        },
      )
  }
}

/** The error names the member with the ID. */
function notFound({ body }: RequestShape, { noun }: ResponseShape): AppError {
  const field = Object.keys(body.shape).find((name) => name.endsWith('_id'))
  const message = `${noun[0]!.toUpperCase()}${noun.slice(1)} not found.`
  return new AppError('NOT_FOUND', message, { details: field ? { field } : {} })
}

async function denialMember(
  context: RequestContext,
  { denial: name }: ResponseShape,
  root: Readonly<Record<string, unknown>>,
) {
  if (name === null) return {}
  const denial = denialIn(root)
  return { [name]: denial && (await denialBody(context, denial)) }
}
