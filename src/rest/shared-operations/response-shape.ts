import {
  getNamedType,
  getNullableType,
  isEnumType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  OperationTypeNode,
  type DocumentNode,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import { z } from 'zod'
import type { RestOperation } from '../rest-operation.js'
import { denialItem } from '../responses/errors.js'
import { component, list, lowerCaseOf } from '../responses/fields.js'
import { FORMS } from './response-forms.js'
import { isDeniable } from './execute-document.js'
import { isAccountGroup, isConnection, LEFT_OUT, operationOf, SelectionReader } from './selection-reader.js'
import { joined, PAIRS, SCALARS, withinGroup, type Data, type Part, type Value } from './response-parts.js'
import { CODES, restName, wordsOf, type Names, type RestText } from './rest-names.js'

/** The response to a document. */
export interface ResponseShape {
  /** Name of the first root field, which is the response. */
  readonly root: string
  readonly schema: z.ZodType
  readonly toBody: (data: unknown) => Record<string, unknown>
  /** Member with a denial that is no error. */
  readonly denial: string | null
  /** Type of the object, if other types can be found. */
  readonly typename: string | null
  /** Words for the object in a sentence. */
  readonly noun: string
}

/** Differences of an operation from its document. */
export interface ResponseOptions extends Pick<RestOperation, 'within' | 'forms'> {
  /** Names by `Type.member`. */
  readonly names: Names
}

/** Makes the responses of one schema. Objects with the same members are one component. */
export class ResponseShapes {
  private readonly components = new Map<string, z.ZodType>()
  /** Names of components in use. */
  private readonly taken = new Set<string>()

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly restText: RestText,
  ) {}

  of(document: DocumentNode, options: ResponseOptions): ResponseShape {
    return new Selections(this.schema, document, options, this.component, this.restText).response()
  }

  private readonly component: AddComponent = (name, description, shape, signature) => {
    const key = `${name} ${signature}`
    const known = this.components.get(key)
    if (known) return known
    let id = name
    for (let number = 2; this.taken.has(id); number++) id = `${name}${number}`
    this.taken.add(id)
    const made = component(id, this.restText(description), shape)
    this.components.set(key, made)
    return made
  }
}

type AddComponent = (
  name: string,
  description: string,
  shape: Readonly<Record<string, z.ZodType>>,
  signature: string,
) => z.ZodType

/** Walks the selections of one document. */
class Selections {
  private readonly operation: OperationDefinitionNode
  private readonly read: SelectionReader
  private readonly forms: typeof FORMS
  private denial: string | null = null

  constructor(
    private readonly schema: GraphQLSchema,
    document: DocumentNode,
    private readonly options: ResponseOptions,
    private readonly addComponent: AddComponent,
    private readonly restText: RestText,
  ) {
    this.read = new SelectionReader(schema, document)
    this.operation = operationOf(document)
    this.forms = { ...FORMS, ...options.forms }
  }

  response(): ResponseShape {
    const operationType = this.schema.getRootType(this.operation.operation)!
    const [selected] = this.read.fieldsOf(operationType, [this.operation.selectionSet])
    const { key: root, name, selections } = selected!
    const { type, description } = operationType.getFields()[name]!
    const named = getNamedType(type)
    if (isConnection(named)) {
      const page = this.listOf(root, restName('Query', name, this.options.names), named, selections, description)
      const schema = this.addComponent(this.operation.name!.value, `A page of ${wordsOf(name)}.`, page.shape, root)
      const toBody = (data: unknown) => page.toBody({ [root]: data })
      return { root, schema, toBody, denial: null, typename: null, noun: wordsOf(name) }
    }
    const { object, sets, within: member } = this.contentOf(this.read.objectOf(named, selections), selections)
    const { shape, toBody } = joined(this.partsOf(object, sets, true))
    const { names, within } = this.options
    const isPayload = object.name.endsWith('Payload')
    const isOwn = object.name !== 'Account' && within === undefined && !(`${object.name}.id` in names)
    const schema = this.addComponent(
      within === undefined ? (isOwn && !isPayload ? object.name : this.operation.name!.value) : `${object.name}Page`,
      (isOwn ? object.description : this.textOf(shape)) || (object.description ?? ''),
      shape,
      this.read.signature(object, sets) + (isOwn ? '' : this.operation.operation),
    )
    return {
      root,
      schema,
      toBody: (data) => toBody((member === null ? data : (data as Data)[member]) as Data),
      denial: this.denial,
      typename: isInterfaceType(named) ? object.name : null,
      noun: wordsOf(object.name.replace(/Payload$/, '')),
    }
  }

  /** Type and selections that the response shows of the root: the object of a payload with one, otherwise the root itself. */
  private contentOf(root: GraphQLObjectType, sets: readonly SelectionSetNode[]) {
    const [only, ...more] = this.shownFieldsOf(root, sets)
    const object = only && getNamedType(root.getFields()[only.name]!.type)
    return isDeniable(root) && more.length === 0 && isObjectType(object)
      ? { object, sets: only!.selections, within: only!.key }
      : { object: root, sets, within: null }
  }

  /** Without the denial that ends the execution. */
  private shownFieldsOf(type: GraphQLObjectType, sets: readonly SelectionSetNode[]) {
    // A field of a module that the installation does not have is left out.
    const isThere = (name: string) => name === '__typename' || name in type.getFields()
    const fields = this.read.fieldsOf(type, sets).filter(({ name }) => isThere(name) && !LEFT_OUT.includes(name))
    return isDeniable(type) ? fields.filter(({ name }) => name !== 'denial') : fields
  }

  /** Text of a response whose object is only the frame: that of its first list, otherwise of its first member. */
  private textOf(shape: Readonly<Record<string, z.ZodType>>): string {
    const members = Object.entries(shape).flatMap(([name, one]) => (name.endsWith('_id') ? [] : one))
    const list = members.find((one) => (one instanceof z.ZodNullable ? one.unwrap() : one) instanceof z.ZodArray)
    return (list ?? members.find(({ description }) => description))?.description ?? ''
  }

  private partsOf(type: GraphQLObjectType, sets: readonly SelectionSetNode[], isRoot = false): Part[] {
    const fields = this.shownFieldsOf(type, sets)
    const pairs = PAIRS.filter(({ of }) => of.every((member) => fields.some(({ name }) => name === member)))
    const paired = new Set(pairs.flatMap(({ of }) => of))
    const parts = fields
      .filter(({ name }) => !paired.has(name))
      .flatMap(({ key, name, selections }) => {
        const named = getNamedType(type.getFields()[name]!.type)
        return isAccountGroup(named)
          ? this.partsOf(named, selections, isRoot).map((part) => withinGroup(key, part))
          : [this.partOf(type, key, name, selections, isRoot)]
      })
    const { within } = this.options
    if (!isRoot || within === undefined) return [...parts, ...pairs]
    const own = joined(parts.filter(({ shape }) => !('next_after' in shape)))
    const schema = this.addComponent(type.name, type.description ?? '', own.shape, this.read.signature(type, sets))
    const held = { shape: { [within]: schema }, toBody: (data: Data) => ({ [within]: own.toBody(data) }) }
    return [held, ...parts.filter(({ shape }) => 'next_after' in shape)]
  }

  private partOf(
    parent: GraphQLObjectType,
    key: string,
    fieldName: string,
    selections: readonly SelectionSetNode[],
    isRoot: boolean,
  ): Part {
    const { type, description } = parent.getFields()[fieldName]!
    const named = getNamedType(type)
    // A field that is selected several times, with other arguments, is named by its alias.
    const name = this.nameOf(parent, key, named, selections, isRoot)
    if (isConnection(named)) return this.listOf(key, name, named, selections, description)
    if (named.name === 'Denial') {
      if (!isRoot) throw new Error(`${parent.name}.${fieldName} is a denial below the root`)
      this.denial = name
      return { shape: { [name]: denialItem.nullable() }, toBody: () => ({ [name]: null }) }
    }
    if (parent.name === 'GrantUse' && fieldName === 'source') {
      const { shape, toBody } = joined(this.partsOf(this.read.objectOf(named, selections), selections))
      return { shape, toBody: (data) => toBody(data[key] as Data) }
    }
    const isAbsent = this.forms[named.name]?.absent === true && !isNonNullType(type)
    const isList = isRoot && isListType(type) && this.operation.operation === OperationTypeNode.QUERY
    // All fields beside a denial are nullable, but those that can be null without it say when.
    const isBesideDenial = isRoot && isDeniable(parent) && !/\bNull\b/.test(description ?? '')
    const value = this.valueOf(type, selections, isList || isBesideDenial || isNonNullType(type))
    const schema = (isAbsent ? (value.schema as z.ZodNullable).unwrap() : value.schema) as z.ZodType
    const shown = description ? schema.describe(this.restText(description)) : schema
    return {
      shape: { [name]: isAbsent ? shown.optional() : shown },
      toBody: (data) => {
        const given = value.toBody(data[key])
        return isAbsent && given === null ? {} : { [name]: given }
      },
    }
  }

  private nameOf(
    parent: GraphQLObjectType,
    fieldName: string,
    type: GraphQLNamedType,
    selections: readonly SelectionSetNode[],
    isRoot: boolean,
  ): string {
    const { names } = this.options
    if (isRoot && parent.name === 'Account' && fieldName === 'id') return 'account_id'
    const name = restName(parent.name, fieldName, names)
    if (!isObjectType(type) || this.forms[type.name]) return name
    const leaf = this.read.onlyLeaf(type, selections)
    if (leaf === 'id') return `${name}_id`
    return leaf === null || leaf === 'code' ? name : restName(type.name, leaf, names)
  }

  private listOf(
    key: string,
    name: string,
    connection: GraphQLObjectType,
    selections: readonly SelectionSetNode[],
    description: string | null | undefined,
  ): Part {
    const nodes = this.read.fieldsOf(connection, selections).find((field) => field.name === 'nodes')!
    const node = getNamedType(connection.getFields()['nodes']!.type) as GraphQLObjectType
    const item = this.valueOf(node, nodes.selections, true)
    const schema = list(item.schema)
    return {
      shape: {
        [name]: description ? schema.describe(this.restText(description)) : schema,
        next_after: z.string().nullable().describe('Cursor of the page after this one. Null for the last page.'),
      },
      toBody: (data) => {
        const page = data[key] as {
          nodes: readonly unknown[]
          pageInfo: { hasNextPage: boolean; endCursor: string | null }
        }
        return {
          [name]: page.nodes.map((node) => item.toBody(node)),
          next_after: page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null,
        }
      },
    }
  }

  private valueOf(
    type: GraphQLOutputType,
    selections: readonly SelectionSetNode[],
    isRequired = isNonNullType(type),
  ): Value {
    if (!isRequired) {
      const { schema, toBody } = this.valueOf(type, selections, true)
      return {
        schema: schema.nullable(),
        toBody: (data) => (data === null || data === undefined ? null : toBody(data)),
      }
    }
    const own = getNullableType(type)
    if (isListType(own)) {
      const { schema, toBody } = this.valueOf(own.ofType, selections)
      return { schema: list(schema), toBody: (data) => (data as readonly unknown[]).map(toBody) }
    }
    if (this.forms[own.name]) return this.forms[own.name]!
    if (isEnumType(own)) {
      if (CODES.includes(own.name)) return { schema: z.string(), toBody: (data) => data }
      const words = own.getValues().map((value) => value.name)
      return { schema: lowerCaseOf(...words), toBody: (data) => String(data).toLowerCase() }
    }
    if (isObjectType(own)) return this.objectValue(own, selections)
    const scalar = SCALARS[own.name]
    if (!scalar) throw new Error(`${own.name} has no form in responses`)
    return { schema: scalar(), toBody: (data) => (data instanceof Date ? data.toISOString() : data) }
  }

  private objectValue(type: GraphQLObjectType, selections: readonly SelectionSetNode[]): Value {
    const leaf = this.read.onlyLeaf(type, selections)
    if (leaf !== null) {
      const value = this.valueOf(type.getFields()[leaf]!.type, [], true)
      return { schema: value.schema, toBody: (data) => value.toBody((data as Data)[leaf]) }
    }
    const { shape, toBody } = joined(this.partsOf(type, selections))
    const schema = this.addComponent(type.name, type.description ?? '', shape, this.read.signature(type, selections))
    return { schema, toBody: (data) => toBody(data as Data) }
  }
}
