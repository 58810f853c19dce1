import {
  execute,
  GraphQLObjectType,
  GraphQLSchema,
  isInterfaceType,
  Kind,
  OperationTypeNode,
  type DocumentNode,
  type GraphQLFieldConfigMap,
  type GraphQLError,
} from 'graphql'
import type { RequestContext } from '#context/request-context.js'
import { requireReadableAccount } from '#services/identity/accounts/accounts.js'
import type { Denial } from '#services/kernel/denials/denial.js'
import { AppError } from '#services/kernel/errors/app-error.js'

/** A root value that is a denial: it ends the execution, which would otherwise only return its selected fields. */
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

/** The denial of a field of the root, which REST shows with all of its fields. */
export const denialIn = (root: Readonly<Record<string, unknown>>, name: string): Denial | null =>
  (root[name] as MappedDenial | null)?.source ?? null

/** A schema that shares all types but the root types, whose denials are raised. */
export function raisingSchema(schema: GraphQLSchema): GraphQLSchema {
  const denial = schema.getType('Denial')
  const names = new Set(isInterfaceType(denial) ? schema.getPossibleTypes(denial).map(({ name }) => name) : [])
  const config = schema.toConfig()
  const [query, mutation] = [config.query, config.mutation].map((type) => type && withRaisedDenials(type, names))
  const types = config.types.filter((type) => type !== config.query && type !== config.mutation)
  return new GraphQLSchema({ ...config, types, query, mutation, assumeValid: true })
}

function withRaisedDenials(type: GraphQLObjectType, denials: ReadonlySet<string>): GraphQLObjectType {
  const config = type.toConfig()
  const fields: GraphQLFieldConfigMap<Root, RequestContext> = {}
  for (const [name, field] of Object.entries(config.fields))
    fields[name] = {
      ...field,
      async resolve(root: Root, args, context, info) {
        const value = (await field.resolve!(undefined, args, context, info)) as Root['value']
        if (value && denials.has(String(value['__typename'])))
          throw new DenialRaised((value as unknown as MappedDenial).source)
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
