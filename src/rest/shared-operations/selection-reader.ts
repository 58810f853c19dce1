import {
  getNamedType,
  isAbstractType,
  isObjectType,
  Kind,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import { FORMS } from './response-forms.js'

/** Members of objects that only pages need. */
export const LEFT_OUT = ['__typename', 'viewerCan', 'planVersion']

/** The operation of a document. */
export const operationOf = (document: DocumentNode): OperationDefinitionNode =>
  document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION)!

/** True for the type of a page of a list. */
export const isConnection = (type: GraphQLNamedType): type is GraphQLObjectType =>
  isObjectType(type) && type.name.endsWith('Connection')

/** True for a part of an account that one permission shows. */
export const isAccountGroup = (type: GraphQLNamedType): type is GraphQLObjectType =>
  ['AccountAccess', 'AccountBilling', 'AccountUsage'].includes(type.name)

/** Reads the selections of a document with its fragments. */
export class SelectionReader {
  private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>

  constructor(
    private readonly schema: GraphQLSchema,
    document: DocumentNode,
  ) {
    this.fragments = new Map(
      document.definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [])),
    )
  }

  /** The object of a type, of which the document selects fields. */
  objectOf(type: GraphQLNamedType, selections: readonly SelectionSetNode[]): GraphQLObjectType {
    if (isObjectType(type)) return type
    if (!isAbstractType(type)) throw new Error(`${type.name} has no members`)
    const found = this.schema
      .getPossibleTypes(type)
      .filter((one) => this.fieldsOf(one, selections).some(({ name }) => !LEFT_OUT.includes(name)))
    if (found.length !== 1) throw new Error(`Fields of ${found.length} types of ${type.name} are selected`)
    return found[0]!
  }

  /** Fields that are selected on an object, in order. */
  fieldsOf(type: GraphQLObjectType, sets: readonly SelectionSetNode[]) {
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

  /** Equal for selections that return the same members. */
  signature(type: GraphQLNamedType, sets: readonly SelectionSetNode[]): string {
    if (!isObjectType(type) || FORMS[type.name]) return ''
    const shown = this.fieldsOf(type, sets).filter(({ name }) => !LEFT_OUT.includes(name))
    const fields = shown.map(({ key, name, selections }) => {
      const inner = getNamedType(type.getFields()[name]?.type)
      return inner ? `${key}${this.signature(inner, selections)}` : key
    })
    return `{${fields.toSorted((one, other) => (one < other ? -1 : 1)).join(' ')}}`
  }

  /** The member that stands for an object: its ID besides its name, or the only one that is selected. */
  onlyLeaf(type: GraphQLObjectType, selections: readonly SelectionSetNode[]): string | null {
    if (type.name === 'Consumption') return 'id'
    const fields = this.fieldsOf(type, selections).map(({ name }) => name)
    const leaves = fields.filter((name) => name !== '__typename' && !(name === 'name' && fields.includes('id')))
    return leaves.length === 1 && !isObjectType(getNamedType(type.getFields()[leaves[0]!]!.type)) ? leaves[0]! : null
  }
}
