import {
  execute,
  GraphQLObjectType,
  GraphQLSchema,
  getNamedType,
  isObjectType,
  Kind,
  OperationTypeNode,
  type DocumentNode,
  type GraphQLFieldConfigMap,
  type GraphQLError,
  type GraphQLOutputType,
} from 'graphql'
import type { RequestContext } from '#context/request-context.js'
import { requireReadableAccount } from '#services/identity/accounts/accounts.js'
import type { Denial } from '#services/kernel/denials/denial.js'
import { AppError } from '#services/kernel/errors/app-error.js'

/** The denial of a root value: it ends the execution, which would otherwise only return its selected fields. */
class DenialRaised extends Error {
  constructor(readonly denial: Denial) {
    super(denial.message)
  }
}

/** Root value of a document, as its resolver returned it. */
interface Root {
  value?: Readonly<Record<string, unknown>> | null
}

/** Result of a document. */
export type DocumentResult =
  | { readonly denial: Denial }
  | { readonly data: unknown; readonly root: Readonly<Record<string, unknown>> }

/** An object of a denial as resolvers make it. */
interface MappedDenial {
  readonly source: Denial
}

/** The denial of a root value, which REST shows with all of its fields. */
export const denialIn = (root: Readonly<Record<string, unknown>>): Denial | null =>
  (root['denial'] as MappedDenial | null | undefined)?.source ?? null

/** True for a type whose denial is the response. A type that says whether something is allowed has it as a member. */
export function isDeniable(type: GraphQLOutputType): boolean {
  const named = getNamedType(type)
  return isObjectType(named) && 'denial' in named.getFields() && !('allowed' in named.getFields())
}

/** A schema that shares all types but the root types, whose denials are raised. */
export function raisingSchema(schema: GraphQLSchema): GraphQLSchema {
  const config = schema.toConfig()
  const [query, mutation] = [config.query, config.mutation].map((type) => type && withRaisedDenials(type))
  const types = config.types.filter((type) => type !== config.query && type !== config.mutation)
  return new GraphQLSchema({ ...config, types, query, mutation, assumeValid: true })
}

function withRaisedDenials(type: GraphQLObjectType): GraphQLObjectType {
  const config = type.toConfig()
  const fields: GraphQLFieldConfigMap<Root, RequestContext> = {}
  for (const [name, field] of Object.entries(config.fields))
    fields[name] = {
      ...field,
      async resolve(root: Root, args, context, info) {
        const value = (await field.resolve!(undefined, args, context, info)) as Root['value']
        const denial = value && isDeniable(field.type) ? denialIn(value) : null
        if (denial) throw new DenialRaised(denial)
        // The query of an account returns null where others throw.
        if (value === null && name === 'account')
          await requireReadableAccount(context, (args['id'] as string | undefined) ?? null)
        root.value = value
        return value
      },
    }
  return new GraphQLObjectType({ ...config, fields })
}

/** A document with one root field, and what it is sent with. */
export interface Execution {
  readonly document: DocumentNode
  readonly context: RequestContext
  readonly variables: Readonly<Record<string, unknown>>
  /** Type that the root must have. Null for any. */
  readonly typename: string | null
  /** The error if there is no such object. */
  readonly missing: () => AppError
}

/** Executes a document. Throws what its resolvers throw. */
export async function executeDocument(
  schema: GraphQLSchema,
  { document, context, variables, typename, missing }: Execution,
): Promise<DocumentResult> {
  const root: Root = {}
  const { data, errors = [] } = await execute({
    schema,
    document,
    rootValue: root,
    contextValue: context,
    variableValues: variables,
  })
  const [operation] = document.definitions
  const isChange = operation?.kind === Kind.OPERATION_DEFINITION && operation.operation === OperationTypeNode.MUTATION
  const [error] = errors.filter((each) => !isChange || !isHiddenField(each))
  if (error?.originalError instanceof DenialRaised) return { denial: error.originalError.denial }
  if (error) throw error.path ? (error.originalError ?? error) : new AppError('BAD_REQUEST', error.message)
  const [value] = Object.values(data ?? {})
  const isThere = root.value && value !== null && (typename === null || root.value['__typename'] === typename)
  if (!isThere) throw missing()
  return { data: value, root: root.value! }
}

/** Codes of an object that the caller may not read. */
const HIDDEN: readonly string[] = ['FORBIDDEN', 'NOT_FOUND']

/** True for a field of a changed object that the caller may change but not read: the field is null. */
const isHiddenField = ({ path = [], originalError }: GraphQLError): boolean =>
  path.length > 1 && originalError instanceof AppError && HIDDEN.includes(originalError.code)
