import { dirname, relative } from 'node:path'
import ts from 'typescript-api'
import type { Fields, Shape } from '../shape.js'
import { DESCRIBED_RESOURCES } from './described-resources.js'

/** Turns the SDK's types into shapes; interfaces become definitions. */
export class ShapeReader {
  readonly definitions: Record<string, Shape> = {}
  readonly #checker: ts.TypeChecker
  readonly #resources: string
  readonly #names = new Map<ts.Type, string>()
  readonly #replaced = new Map<ts.Type, Shape>()

  constructor(checker: ts.TypeChecker, resources: string) {
    this.#checker = checker
    this.#resources = resources
  }

  /** Replaces the shape of a type. */
  replace(type: ts.Type, shape: Shape): void {
    this.#replaced.set(type, shape)
  }

  /** The shape of a type. Open enums are read as closed ones: what Stripe may add one day, it has not yet. */
  shapeOf(type: ts.Type): Shape {
    const replaced = this.#replaced.get(type)
    if (replaced !== undefined) return replaced
    // A class of the SDK's; it travels as text.
    if (type.aliasSymbol?.name === 'Decimal') return 'decimal'
    if (type.flags & ts.TypeFlags.StringLiteral) return `=${(type as ts.StringLiteralType).value}`
    if (type.flags & ts.TypeFlags.BooleanLiteral) return this.#checker.typeToString(type) === 'true'
    if (type.flags & ts.TypeFlags.StringLike) return 'string'
    if (type.flags & ts.TypeFlags.NumberLike) return 'number'
    if (type.flags & ts.TypeFlags.Null) return 'null'
    if (type.isUnion()) return this.#unionOf(type)
    if (type.flags & ts.TypeFlags.Object) return this.#objectOf(type as ts.ObjectType)
    return 'any'
  }

  #unionOf(type: ts.UnionType): Shape {
    const members = type.types
      .filter((member) => !isOtherString(member) && !(member.flags & ts.TypeFlags.VoidLike))
      .map((member) => this.shapeOf(member))
    const unique = new Map(members.map((member) => [JSON.stringify(member), member]))
    if (unique.delete('true')) {
      if (unique.delete('false')) unique.set('"boolean"', 'boolean')
      else unique.set('true', true)
    }
    // The order in which the compiler met the members is no fact about Stripe.
    const sorted = [...unique.entries()].sort(([one], [other]) => byUse(one, other)).map(([, member]) => member)
    return sorted.length === 1 ? (sorted[0] as Shape) : sorted
  }

  #objectOf(type: ts.ObjectType): Shape {
    const generic = type.objectFlags & ts.ObjectFlags.Reference ? this.#checker.getTypeArguments(type as never) : []
    if (this.#checker.isArrayType(type)) return { '[]': this.shapeOf(generic[0] as ts.Type) }
    const index = this.#checker.getIndexInfosOfType(type)[0]
    if (index !== undefined) return { '{}': this.shapeOf(index.type) }
    if (generic.length > 0 || type.symbol?.name === '__type') return this.fieldsOf(type)
    return this.#definitionOf(type)
  }

  #definitionOf(type: ts.ObjectType): Shape {
    const known = this.#names.get(type)
    if (known !== undefined) return `#${known}`
    const file = type.symbol.declarations?.[0]?.getSourceFile().fileName ?? ''
    const path = relative(this.#resources, file).replace(/\.d\.ts$/, '')
    if (!path.startsWith('..') && !DESCRIBED_RESOURCES.includes(path)) return 'object'
    const name = this.#nameOf(type.symbol, path)
    this.#names.set(type, name)
    this.definitions[name] = {}
    this.definitions[name] = this.fieldsOf(type)
    return `#${name}`
  }

  /** `BillingPortal.Session.Flow`: the folder, then the name within its file. */
  #nameOf(symbol: ts.Symbol, path: string): string {
    const within = this.#checker.getFullyQualifiedName(symbol).replace(/^".*"\./, '')
    const folder = dirname(path).replaceAll('/', '.')
    return folder.startsWith('.') || within.startsWith(`${folder}.`) ? within : `${folder}.${within}`
  }

  /** The fields of an object type. */
  fieldsOf(type: ts.Type): Fields {
    const fields: Fields = {}
    for (const property of this.#checker.getPropertiesOfType(type)) {
      const valueType = this.#checker.getTypeOfSymbol(property)
      // `deleted?: void` only helps the compiler to tell objects from their deleted kind.
      if (valueType.flags & ts.TypeFlags.VoidLike || isNever(valueType)) continue
      const shape = this.shapeOf(valueType)
      if (Array.isArray(shape) && shape.length === 0) continue
      fields[property.flags & ts.SymbolFlags.Optional ? `${property.name}?` : property.name] = shape
    }
    return fields
  }
}

/** The SDK joins each enum with `OtherString`, which is `string & Record<never, never>`. */
function isOtherString(type: ts.Type): boolean {
  return type.isIntersection() && type.types.some((member) => (member.flags & ts.TypeFlags.String) !== 0)
}

function isNever(type: ts.Type): boolean {
  return (type.flags & ts.TypeFlags.Never) !== 0
}

/** Alphabetically, with null at the end, where people look for it. */
function byUse(one: string, other: string): number {
  const rank = (text: string) => (text === '"null"' ? 1 : 0)
  return rank(one) - rank(other) || (one < other ? -1 : 1)
}
