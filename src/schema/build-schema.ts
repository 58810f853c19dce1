import 'reflect-metadata'
import {
  assertValidSchema,
  getNamedType,
  GraphQLSchema,
  isAbstractType,
  isInputObjectType,
  isObjectType,
  type GraphQLNamedType,
} from 'graphql'
import { buildSchemaSync, type ContainerType, type NonEmptyArray } from 'type-graphql'
import { requiresDirective } from './print.js'
import { declareCosts } from './kernel/costs.js'
import { readDecimals } from './kernel/given-money.js'
import { guardPersonalData } from './kernel/personal.js'
import { declareOpenEnums } from './kernel/open-enums.js'
import { declareSharedFields } from './kernel/shared-fields.js'
import { declareVisibleIds, withVisibleIds } from './kernel/visible-id.js'
import { rejectBothDirections } from './kernel/page-args.js'

/** Subscriptions have their own iterables, so the library's publisher is never used. */
const unusedPubSub = {
  publish(): void {
    throw new Error('Events travel through the outbox, not through type-graphql')
  },
  subscribe(): AsyncIterable<never> {
    throw new Error('Subscriptions name their own source')
  },
}

/** The library makes the root types by itself, without a description. */
const ROOT_TYPES = {
  Query: 'Read operations. An object that the caller may not see is null.',
  Mutation:
    'Write operations. A payload has its object, or the denial. An idempotency key makes a repeated call return the first result.',
  Subscription:
    'Live streams over WebSocket (graphql-transport-ws) and Server-Sent Events. Every stream can be resumed with `after`.',
}

const builtSchemas = new WeakMap<NonEmptyArray<Function>, GraphQLSchema>()

/**
 * Returns the executable schema of resolver classes; throws when it is not a valid one. It is built once for each list of classes, and
 * several servers of one process share it: nothing may change it later.
 * @param container makes the instances of the resolver classes; without it they are made with `new` and no arguments.
 */
export function buildGraphQLSchema(resolvers: NonEmptyArray<Function>, container?: ContainerType): GraphQLSchema {
  if (container) return build(resolvers, container)
  const schema = builtSchemas.get(resolvers) ?? build(resolvers)
  builtSchemas.set(resolvers, schema)
  return schema
}

/** Decorators of a process that the library has recorded. */
interface Metadata {
  readonly objectTypes: readonly { readonly target: Function; readonly fields?: FieldMetadata[] }[]
  readonly fieldResolvers: readonly (FieldMetadata & {
    readonly kind: string
    readonly target: Function
    readonly getObjectType?: () => Function
  })[]
}
interface FieldMetadata {
  readonly schemaName: string
  readonly getType?: unknown
}

/** The library keeps the fields that resolver classes added to types of an earlier schema of this process. Removes those of other classes. */
function dropOtherFields(resolvers: readonly Function[]): void {
  const { objectTypes, fieldResolvers } = (globalThis as unknown as { TypeGraphQLMetadataStorage: Metadata })
    .TypeGraphQLMetadataStorage
  const own = new Set(resolvers)
  const fieldsOf = new Map(objectTypes.map(({ target, fields }) => [target, fields]))
  for (const { kind, target, schemaName, getType, getObjectType } of fieldResolvers) {
    if (kind !== 'external' || own.has(target) || !getObjectType) continue
    const fields = fieldsOf.get(getObjectType())
    const added = fields?.findIndex((field) => field.schemaName === schemaName && field.getType === getType) ?? -1
    if (added >= 0) fields!.splice(added, 1)
  }
}

function build(resolvers: NonEmptyArray<Function>, container?: ContainerType): GraphQLSchema {
  dropOtherFields(resolvers)
  const schema = buildSchemaSync({ resolvers, container, validate: false, pubSub: unusedPubSub, skipCheck: true })
  const empty = removeEmpty(schema)
  Object.values(schema.getTypeMap()).forEach(finishType)
  for (const [name, description] of Object.entries(ROOT_TYPES)) schema.getType(name)!.description = description
  // The library's own check ran before the types were finished, so the finished ones are checked as a new schema.
  declareCosts(schema)
  declareSharedFields(schema)
  declareOpenEnums(schema)
  const { directives, ...config } = schema.toConfig()
  const finished = new GraphQLSchema({
    ...config,
    types: withVisibleIds(config.types.filter((type) => !empty.has(type))),
    directives: [...directives, requiresDirective(schema)],
    assumeValid: false,
  })
  assertValidSchema(finished)
  return finished
}

/**
 * Removes the fields of types to which no installed module adds a field: a group of fields belongs to a lower module than its content.
 * Returns these types.
 */
function removeEmpty(schema: GraphQLSchema): ReadonlySet<GraphQLNamedType> {
  const objects = Object.values(schema.getTypeMap()).filter(isObjectType)
  const empty = new Set<GraphQLNamedType>()
  for (let found = -1; found < empty.size;) {
    found = empty.size
    for (const type of objects)
      for (const [name, { type: result }] of Object.entries(type.getFields()))
        if (empty.has(getNamedType(result))) delete type.getFields()[name]
    for (const type of objects) if (Object.keys(type.getFields()).length === 0) empty.add(type)
  }
  return empty
}

/**
 * Settings that the decorators do not support: abstract types are resolved by `__typename`, synchronously (the
 * library's wrapper is asynchronous and slow), and inputs marked `oneOf` become OneOf inputs.
 */
function finishType(type: GraphQLNamedType): void {
  if (isAbstractType(type)) type.resolveType = (value: { __typename?: string }) => value.__typename
  if (isInputObjectType(type) && type.extensions['oneOf']) type.isOneOf = true
  declareVisibleIds(type)
  rejectBothDirections(type)
  readDecimals(type)
  guardPersonalData(type)
}
