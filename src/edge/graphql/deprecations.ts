import {
  getNamedType,
  isInputObjectType,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type GraphQLSchema,
} from 'graphql'

/** A deprecated part of the schema that a document uses. */
export interface Deprecation {
  /** Schema coordinate, for example `AccountBilling.purchases(limit:)`. */
  readonly coordinate: string
  readonly reason: string
}

interface Deprecatable {
  readonly name: string
  readonly deprecationReason?: string | null
}

/** Finds the deprecated fields, arguments and values in documents. Each valid document is searched once. */
export class Deprecations {
  private readonly byDocument = new WeakMap<DocumentNode, readonly Deprecation[]>()

  constructor(private readonly schema: GraphQLSchema) {}

  /** Deprecated parts of a valid document, each once. Values in variables are not searched. */
  in(document: DocumentNode): readonly Deprecation[] {
    let found = this.byDocument.get(document)
    if (!found) this.byDocument.set(document, (found = this.search(document)))
    return found
  }

  private search(document: DocumentNode): readonly Deprecation[] {
    const found = new Map<string, string>()
    const at = new TypeInfo(this.schema)
    const note = (place: Deprecatable | null | undefined, coordinate: (name: string) => string): void => {
      if (place?.deprecationReason) found.set(coordinate(place.name), place.deprecationReason)
    }
    const field = (): string => `${at.getParentType()?.name}.${at.getFieldDef()?.name}`
    visit(
      document,
      visitWithTypeInfo(at, {
        Field: () => note(at.getFieldDef(), field),
        Argument: () => note(at.getArgument(), (name) => `${field()}(${name}:)`),
        ObjectField: ({ name }) => {
          const type = getNamedType(at.getParentInputType())
          if (isInputObjectType(type)) note(type.getFields()[name.value], (one) => `${type.name}.${one}`)
        },
        EnumValue: () => note(at.getEnumValue(), (name) => `${getNamedType(at.getInputType())?.name}.${name}`),
      }),
    )
    return [...found].map(([coordinate, reason]) => ({ coordinate, reason }))
  }
}
