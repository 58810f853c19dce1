import {
  getNamedType,
  getNullableType,
  isAbstractType,
  isEnumType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
  Kind,
  OperationTypeNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import { z } from 'zod'
import { toRestFieldName } from '../../services/kernel/codes/codes.js'
import { denialItem } from '../responses/errors.js'
import { component, json, list, lowerCaseOf, time, wholeNumber } from '../responses/fields.js'
import { FORMS } from './response-forms.js'
import { CODES, restName, type Names, type RestText } from './rest-names.js'

type Data = Readonly<Record<string, unknown>>

/** A value of a response: its form, and its content. */
interface Value {
  readonly schema: z.ZodType
  readonly toBody: (data: unknown) => unknown
}

/** Members that one or more fields of an object become. */
interface Part {
  readonly shape: Readonly<Record<string, z.ZodType>>
  readonly toBody: (data: Data) => Record<string, unknown>
}

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
export interface ResponseOptions {
  /** Names by `Type.member`. */
  readonly names: Names
  /** Name of the object that has the members of the root without its lists. */
  readonly within?: string | undefined
}

/** Makes the responses of one schema. Objects with the same members are one component. */
export class ResponseShapes {
  private readonly components = new Map<string, z.ZodType>()
  /** Names of components that other routes declare. */
  private readonly taken = new Set(['SpendCap'])

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

const SCALARS: Readonly<Record<string, () => z.ZodType>> = {
  ID: () => z.string(),
  String: () => z.string(),
  URL: () => z.string(),
  CurrencyCode: () => z.string(),
  Int: wholeNumber,
  SafeInt: wholeNumber,
  Float: () => z.number(),
  Boolean: () => z.boolean(),
  DateTime: time,
  JSON: json,
}

/** Members of objects that only pages need. */
const LEFT_OUT = ['__typename', 'viewerCan', 'planVersion']

class Selections {
  private readonly operation: OperationDefinitionNode
  private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>
  private denial: string | null = null

  constructor(
    private readonly schema: GraphQLSchema,
    document: DocumentNode,
    private readonly options: ResponseOptions,
    private readonly addComponent: AddComponent,
    private readonly restText: RestText,
  ) {
    this.operation = document.definitions.find(
      (node) => node.kind === Kind.OPERATION_DEFINITION,
    ) as OperationDefinitionNode
    this.fragments = new Map(
      document.definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [])),
    )
  }

  response(): ResponseShape {
    const operationType = this.schema.getRootType(this.operation.operation)!
    const [selected] = this.fieldsOf(operationType, [this.operation.selectionSet])
    const { key: root, name, selections } = selected!
    const { type, description } = operationType.getFields()[name]!
    const named = getNamedType(type)
    if (isConnection(named)) {
      const page = this.listOf(root, restName('Query', name, this.options.names), named, selections, description)
      const schema = this.addComponent(this.operation.name!.value, `A page of ${wordsOf(name)}.`, page.shape, root)
      const toBody = (data: unknown) => page.toBody({ [root]: data })
      return { root, schema, toBody, denial: null, typename: null, noun: wordsOf(name) }
    }
    const object = this.objectOf(named, selections)
    const { shape, toBody } = joined(this.partsOf(object, selections, true))
    const { names, within } = this.options
    const isOwn = object.name !== 'Account' && within === undefined && !(`${object.name}.id` in names)
    const schema = this.addComponent(
      isOwn ? object.name : within === undefined ? this.operation.name!.value : `${object.name}Page`,
      (isOwn ? object.description : this.textOf(shape)) ?? '',
      shape,
      this.signature(object, selections) + (isOwn ? '' : this.operation.operation),
    )
    return {
      root,
      schema,
      toBody: (data) => toBody(data as Data),
      denial: this.denial,
      typename: isInterfaceType(named) ? object.name : null,
      noun: wordsOf(object.name),
    }
  }

  /** Text of a response whose object is only the frame: that of its first list, otherwise of its first member. */
  private textOf(shape: Readonly<Record<string, z.ZodType>>): string {
    const members = Object.entries(shape).flatMap(([name, one]) => (name.endsWith('_id') ? [] : one))
    const list = members.find((one) => (one instanceof z.ZodNullable ? one.unwrap() : one) instanceof z.ZodArray)
    return (list ?? members.find(({ description }) => description))?.description ?? ''
  }

  /** Equal for selections that return the same members. */
  private signature(type: GraphQLNamedType, sets: readonly SelectionSetNode[]): string {
    if (!isObjectType(type) || FORMS[type.name]) return ''
    const shown = this.fieldsOf(type, sets).filter(({ name }) => !LEFT_OUT.includes(name))
    const fields = shown.map(({ name, selections }) => {
      const inner = getNamedType(type.getFields()[name]?.type)
      return inner ? `${name}${this.signature(inner, selections)}` : name
    })
    return `{${fields.toSorted((one, other) => (one < other ? -1 : 1)).join(' ')}}`
  }

  /** The object of a type that is no denial, of which the document selects fields. */
  private objectOf(type: GraphQLNamedType, selections: readonly SelectionSetNode[]): GraphQLObjectType {
    if (isObjectType(type)) return type
    if (!isAbstractType(type)) throw new Error(`${type.name} has no members`)
    const denial = this.schema.getType('Denial')
    const found = this.schema
      .getPossibleTypes(type)
      .filter((one) => !one.getInterfaces().some((own) => own === denial))
      .filter((one) => isUnionType(type) || this.fieldsOf(one, selections).some(({ name }) => !LEFT_OUT.includes(name)))
    if (found.length !== 1) throw new Error(`${type.name} has ${found.length} types besides denials`)
    return found[0]!
  }

  /** Fields that are selected on an object, in order. */
  private fieldsOf(type: GraphQLObjectType, sets: readonly SelectionSetNode[]) {
    const fields = new Map<string, { key: string; name: string; selections: SelectionSetNode[] }>()
    const add = (set: SelectionSetNode): void => {
      for (const node of set.selections)
        if (node.kind === Kind.FIELD) {
          const key = (node.alias ?? node.name).value
          const known = fields.get(key) ?? { key, name: node.name.value, selections: [] }
          if (node.selectionSet) known.selections.push(node.selectionSet)
          fields.set(key, known)
        } else {
          const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : this.fragments.get(node.name.value)!
          if (this.applies(fragment.typeCondition?.name.value, type)) add(fragment.selectionSet)
        }
    }
    sets.forEach(add)
    return [...fields.values()]
  }

  private applies(condition: string | undefined, type: GraphQLObjectType): boolean {
    const own = condition === undefined ? type : this.schema.getType(condition)
    return own === type || (isAbstractType(own) && this.schema.isSubType(own, type))
  }

  private partsOf(type: GraphQLObjectType, sets: readonly SelectionSetNode[], isRoot = false): Part[] {
    const fields = this.fieldsOf(type, sets).filter(({ name }) => !LEFT_OUT.includes(name))
    const pairs = PAIRS.filter(({ of }) => of.every((member) => fields.some(({ name }) => name === member)))
    const paired = new Set(pairs.flatMap(({ of }) => of))
    const parts = fields
      .filter(({ name }) => !paired.has(name))
      .map(({ key, name, selections }) => this.partOf(type, key, name, selections, isRoot))
    const { within } = this.options
    if (!isRoot || within === undefined) return [...parts, ...pairs]
    const own = joined(parts.filter(({ shape }) => !('next_after' in shape)))
    const schema = this.addComponent(type.name, type.description ?? '', own.shape, this.signature(type, sets))
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
    const name = this.nameOf(parent, fieldName, named, selections, isRoot)
    if (isConnection(named)) return this.listOf(key, name, named, selections, description)
    if (named.name === 'Denial') {
      if (!isRoot) throw new Error(`${parent.name}.${fieldName} is a denial below the root`)
      this.denial = name
      return { shape: { [name]: denialItem.nullable() }, toBody: () => ({ [name]: null }) }
    }
    if (parent.name === 'GrantUse' && fieldName === 'source') {
      const { shape, toBody } = joined(this.partsOf(this.objectOf(named, selections), selections))
      return { shape, toBody: (data) => toBody(data[key] as Data) }
    }
    const isAbsent = FORMS[named.name]?.absent === true && !isNonNullType(type)
    const isList = isRoot && isListType(type) && this.operation.operation === OperationTypeNode.QUERY
    const value = this.valueOf(type, selections, isList || isNonNullType(type))
    const schema = isAbsent ? (value.schema as z.ZodNullable).unwrap() : value.schema
    const shown = description ? (schema as z.ZodType).describe(this.restText(description)) : (schema as z.ZodType)
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
    if (!isObjectType(type) || FORMS[type.name]) return name
    const leaf = this.onlyLeaf(type, selections)
    if (leaf === 'id') return `${name}_id`
    return leaf === null || leaf === 'code' ? name : restName(type.name, leaf, names)
  }

  /** The member that stands for an object: its ID besides its name, or the only one that is selected. */
  private onlyLeaf(type: GraphQLObjectType, selections: readonly SelectionSetNode[]): string | null {
    if (type.name === 'Consumption') return 'id'
    const fields = this.fieldsOf(type, selections).map(({ name }) => name)
    const leaves = fields.filter((name) => name !== '__typename' && !(name === 'name' && fields.includes('id')))
    return leaves.length === 1 && !isObjectType(getNamedType(type.getFields()[leaves[0]!]!.type)) ? leaves[0]! : null
  }

  private listOf(
    key: string,
    name: string,
    connection: GraphQLObjectType,
    selections: readonly SelectionSetNode[],
    description: string | null | undefined,
  ): Part {
    const nodes = this.fieldsOf(connection, selections).find((field) => field.name === 'nodes')!
    const item = this.valueOf(
      getNamedType(connection.getFields()['nodes']!.type) as GraphQLObjectType,
      nodes.selections,
      true,
    )
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
      const value = this.valueOf(type, selections, true)
      const toBody = (data: unknown) => (data === null || data === undefined ? null : value.toBody(data))
      return { schema: value.schema.nullable(), toBody }
    }
    const own = getNullableType(type)
    if (isListType(own)) {
      const item = this.valueOf(own.ofType, selections)
      return {
        schema: list(item.schema),
        toBody: (data) => (data as readonly unknown[]).map((one) => item.toBody(one)),
      }
    }
    if (FORMS[own.name]) return FORMS[own.name]!
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
    const leaf = this.onlyLeaf(type, selections)
    if (leaf !== null) {
      const value = this.valueOf(type.getFields()[leaf]!.type, [], true)
      return { schema: value.schema, toBody: (data) => value.toBody((data as Data)[leaf]) }
    }
    const { shape, toBody } = joined(this.partsOf(type, selections))
    const schema = this.addComponent(type.name, type.description ?? '', shape, this.signature(type, selections))
    return { schema, toBody: (data) => toBody(data as Data) }
  }
}

/** Fields that REST shows as one member. */
const PAIRS: readonly (Part & { readonly of: readonly string[] })[] = [
  {
    of: ['denialCode', 'denialMessage'],
    shape: {
      denial: z
        .strictObject({ code: z.string().describe('Code of the denial.'), message: z.string() })
        .nullable()
        .describe('Code and text of the denial. Null if there is none.'),
    },
    toBody: ({ denialCode: code, denialMessage: message }) => ({
      denial: code === null ? null : { code, message: message ?? '' },
    }),
  },
  {
    of: ['overageUnits', 'overageCost'],
    shape: {
      overage: z
        .strictObject({ units: wholeNumber(), cost: z.string().describe('Decimal amount.'), currency: z.string() })
        .nullable()
        .describe('Units beyond the allowance with their cost. Null without cost.'),
    },
    toBody: ({ overageUnits: units, overageCost }) => {
      const cost = overageCost as { decimal: string; currency: string } | null
      return { overage: cost && { units, cost: cost.decimal, currency: cost.currency } }
    },
  },
]

const isConnection = (type: GraphQLNamedType): type is GraphQLObjectType =>
  isObjectType(type) && type.name.endsWith('Connection')

/** The name of a type or field as words: `UsageBatch` is `usage batch`. */
const wordsOf = (name: string): string => toRestFieldName(name[0]!.toLowerCase() + name.slice(1)).replaceAll('_', ' ')

/** Later members replace earlier ones of the same name. */
const joined = (parts: readonly Part[]): Part => ({
  shape: Object.assign({}, ...parts.map(({ shape }) => shape)) as Record<string, z.ZodType>,
  toBody: (data) => Object.assign({}, ...parts.map((part) => part.toBody(data))) as Record<string, unknown>,
})
