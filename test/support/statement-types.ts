import ts from 'typescript-api'

/** A type as far as the database can be compared with it. */
export interface ValueType {
  /** `string`, `number`, `boolean`, `bigint`, `Date`, `Buffer`, `object` or `unknown`; elements of an array end in `[]`. */
  readonly kinds: readonly string[]
  readonly nullable: boolean
}

export interface StatementTypes {
  readonly parameters: Readonly<Record<string, ValueType>>
  /** Null if the statement has no row type. */
  readonly row: Readonly<Record<string, ValueType>> | null
}

/** The parameter and row types of the exported statements, by file and name. Read by the compiler, as an editor would show them. */
export function readStatementTypes(files: readonly string[]): Map<string, Map<string, StatementTypes>> {
  const program = ts.createProgram([...files], {
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    customConditions: ['@stackgate/source'],
    strict: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: true,
    noEmit: true,
    types: ['node'],
  })
  const checker = program.getTypeChecker()
  return new Map(
    files.map((file) => {
      const source = program.getSourceFile(file)!
      const symbol = checker.getSymbolAtLocation(source)
      const exported = symbol ? checker.getExportsOfModule(symbol) : []
      const statements = exported.flatMap((item): [string, StatementTypes][] => {
        const type = checker.getTypeOfSymbolAtLocation(item, source)
        const [parameters, row] = statementArguments(type)
        return parameters && row ? [[item.name, typesOf(checker, parameters, row, source)]] : []
      })
      return [file, new Map(statements)]
    }),
  )
}

/** Type arguments of `Statement<Parameters, Row>`; empty for any other type. */
function statementArguments(type: ts.Type): readonly ts.Type[] {
  if (type.symbol?.name !== 'Statement') return []
  return (type as ts.TypeReference).typeArguments ?? []
}

function typesOf(checker: ts.TypeChecker, parameters: ts.Type, row: ts.Type, at: ts.Node): StatementTypes {
  const membersOf = (type: ts.Type): Record<string, ValueType> =>
    Object.fromEntries(
      checker
        .getPropertiesOfType(type)
        .map((member) => [member.name, valueType(checker, checker.getTypeOfSymbolAtLocation(member, at))]),
    )
  return { parameters: membersOf(parameters), row: row.flags & ts.TypeFlags.Never ? null : membersOf(row) }
}

function valueType(checker: ts.TypeChecker, type: ts.Type): ValueType {
  const parts = type.isUnion() ? type.types : [type]
  const isNull = (part: ts.Type) => (part.flags & (ts.TypeFlags.Null | ts.TypeFlags.Undefined)) !== 0
  const kinds = parts.filter((part) => !isNull(part)).flatMap((part) => kindsOf(checker, part))
  return { kinds: [...new Set(kinds)], nullable: parts.some(isNull) || kinds.includes('unknown') }
}

function kindsOf(checker: ts.TypeChecker, type: ts.Type): string[] {
  const { flags } = type
  if (flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return ['unknown']
  if (flags & ts.TypeFlags.StringLike) return ['string']
  if (flags & ts.TypeFlags.NumberLike) return ['number']
  if (flags & ts.TypeFlags.BooleanLike) return ['boolean']
  if (flags & ts.TypeFlags.BigIntLike) return ['bigint']
  // A branded string is an intersection of a string and an object.
  if (type.isIntersection()) return kindsOf(checker, type.types[0]!)
  if (checker.isArrayType(type) || checker.isTupleType(type)) {
    const elements = checker.getTypeArguments(type as ts.TypeReference)
    return elements.flatMap((element) => valueType(checker, element).kinds.map((kind) => `${kind}[]`))
  }
  const name = type.symbol?.name
  return [name === 'Date' || name === 'Buffer' ? name : 'object']
}
