import {
  getNamedType,
  getNullableType,
  GraphQLNonNull,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
  parse,
  validate,
  type DocumentNode,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql'
import type { Random } from '#services/kernel/random/random.js'

/** A valid operation, and variables for one use of it: each can be absent, null or given, and few are wrong. */
export interface RandomOperation {
  readonly kind: 'query' | 'mutation' | 'subscription'
  readonly text: string
  readonly document: DocumentNode
  readonly variables: () => Record<string, unknown>
}

export interface RandomOperationOptions {
  /** Values by the name of an argument or input field. */
  readonly samples?: Readonly<Record<string, readonly unknown[]>>
  /** True if the server's limits allow the document. */
  readonly isAllowed?: (document: DocumentNode) => boolean
}

/** A field with arguments at random, and with a selection at random unless there is one. */
export interface FixedField {
  readonly field: string
  readonly selection?: string
}

interface Variable {
  readonly name: string
  readonly type: GraphQLInputType
  readonly written: string
  readonly isRequired: boolean
  readonly sampleName: string
}

const SCALARS: Readonly<Record<string, readonly unknown[]>> = {
  Boolean: [true, false],
  Int: [0, 1, 2, 3],
  Float: [0, 1.5],
  SafeInt: [0, 1, 12],
  JSON: [{ a: 1, b: [{ c: null }] }, ['x'], 'text', 7],
  DateTime: ['2026-01-01T00:00:00Z', '2026-02-03T04:05:06.789Z'],
  CurrencyCode: ['USD', 'EUR'],
  EmailAddress: ['someone@example.com'],
  URL: ['https://example.com/page'],
}
const ALIASES = ['a', 'b', 'zz', '__proto__', 'constructor', 'toString', 'b']
const MAX_FIELDS = 22
const MAX_DEPTH = 4

/** Makes valid operations of a schema at random: the same source of randomness gives the same operations. */
export class RandomOperations {
  constructor(
    private readonly schema: GraphQLSchema,
    private readonly random: Random,
    private readonly options: RandomOperationOptions = {},
  ) {}

  /** @param only one field of the root type, with its selection. Default: any fields. */
  make(kind: RandomOperation['kind'], only?: FixedField): RandomOperation {
    for (;;) {
      const draft = new Draft(this.schema, this.random, this.options)
      const text = draft.operation(kind, only)
      const document = parse(text)
      if (validate(this.schema, document).length === 0 && this.options.isAllowed?.(document) !== false)
        return { kind, text, document, variables: () => draft.values(text) }
    }
  }
}

class Draft {
  private readonly variables: Variable[] = []
  private readonly fragments: { readonly name: string; readonly type: string; readonly text: string }[] = []
  private serial = 0
  private fields = 0

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly random: Random,
    private readonly options: RandomOperationOptions,
  ) {}

  operation(kind: RandomOperation['kind'], only: FixedField | undefined): string {
    const root = this.schema.getRootType(kind as never)!
    const one = only ? root.getFields()[only.field]! : kind === 'subscription' ? this.pick(this.fieldsOf(root)) : null
    const selections = one
      ? `{ ${this.field(root, one, MAX_DEPTH, false, only?.selection)} }`
      : this.selectionSet(root, MAX_DEPTH)
    const body = [selections, ...this.fragments.map(({ name, type, text }) => `fragment ${name} on ${type} ${text}`)]
    const used = this.variables.filter(({ name }) => body.some((part) => isUsed(name, part)))
    const definitions = used.map(({ name, written }) => `$${name}: ${written}`).join(', ')
    const name = this.chance(0.5) ? ' Random' : ''
    return `${kind}${name}${definitions ? ` (${definitions})` : ''} ${body.join('\n')}`
  }

  /** Variables of one use. */
  values(text: string): Record<string, unknown> {
    const values: Record<string, unknown> = {}
    for (const { name, type, isRequired, sampleName } of this.variables) {
      if (!isUsed(name, text)) continue
      const drawn = this.random.next()
      if (drawn < 0.02) values[name] = this.pick([null, {}, 'x', -1.5, [null]])
      else if (isRequired ? drawn < 0.03 : drawn < 0.4) continue
      else values[name] = !isNonNullType(type) && drawn < 0.55 ? null : this.json(type, sampleName)
    }
    return values
  }

  private selectionSet(type: GraphQLCompositeType, depth: number): string {
    const selections: string[] = []
    const count = 1 + this.below(4)
    for (let at = 0; at < count || selections.length === 0; at++) {
      const repeated = selections.length > 0 && this.chance(0.1) ? this.pick(selections) : undefined
      selections.push(repeated ?? this.selection(type, depth))
    }
    return `{ ${selections.join(' ')} }`
  }

  private selection(type: GraphQLCompositeType, depth: number): string {
    const drawn = this.random.next()
    if (drawn < 0.12 && this.fields < MAX_FIELDS) {
      const on = this.chance(0.6) ? this.related(type) : undefined
      const condition = on ? ` on ${on.name}` : ''
      return `...${condition}${this.conditions(0.5)} ${this.selectionSet(on ?? type, depth)}`
    }
    if (drawn < 0.32 && this.fields < MAX_FIELDS) return this.spread(type, depth)
    if (isAbstractType(type) && !('getFields' in type)) {
      if (drawn < 0.5 || this.fields >= MAX_FIELDS) return `__typename${this.conditions(0.2)}`
      const member = this.pick(this.schema.getPossibleTypes(type))
      return `... on ${member.name}${this.conditions(0.3)} ${this.selectionSet(member, depth)}`
    }
    const fields = this.fieldsOf(type as GraphQLObjectType)
    const leaves = fields.filter((field) => !isCompositeType(getNamedType(field.type)))
    const isFull = depth === 0 || this.fields >= MAX_FIELDS
    if (this.chance(0.06) || (isFull && leaves.length === 0)) return `__typename${this.conditions(0.2)}`
    return this.field(type as GraphQLObjectType, this.pick(isFull ? leaves : fields), depth)
  }

  private field(
    type: GraphQLObjectType,
    field: GraphQLField<unknown, unknown>,
    depth: number,
    hasConditions = true,
    selection?: string,
  ): string {
    this.fields += 1
    const given = field.args
      .filter((argument) => isRequiredArgument(argument) || this.chance(0.4))
      .map((argument) => `${argument.name}: ${this.value(argument)}`)
    const alias = this.chance(given.length > 0 ? 0.5 : 0.2) ? `${this.pick(ALIASES)}: ` : ''
    const call = `${alias}${field.name}${given.length > 0 ? `(${given.join(', ')})` : ''}`
    const named = getNamedType(field.type)
    const within = () => (isCompositeType(named) ? ` ${selection ?? this.selectionSet(named, depth - 1)}` : '')
    const once = `${call}${hasConditions ? this.conditions(0.2) : ''}${within()}`
    // The same response field twice, with different conditions and selections.
    if (!hasConditions || !this.chance(0.15) || this.fields >= MAX_FIELDS) return once
    return `${once} ${call}${this.conditions(0.6)}${within()}`
  }

  private spread(type: GraphQLCompositeType, depth: number): string {
    const known = this.fragments.filter((one) => one.type === type.name)
    const reused = known.length > 0 && this.chance(0.7) ? this.pick(known) : undefined
    if (reused) return `...${reused.name}${this.conditions(0.6)}`
    const on = this.related(type)
    const text = this.selectionSet(on, Math.max(0, depth - 1))
    const name = `F${++this.serial}`
    this.fragments.push({ name, type: on.name, text })
    const spread = `...${name}${this.conditions(0.5)}`
    return this.chance(0.4) ? `${spread} ...${name}${this.conditions(0.5)}` : spread
  }

  private conditions(chance: number): string {
    if (!this.chance(chance)) return ''
    const one = (): string => {
      const value = this.chance(0.3) ? this.pick(['true', 'false']) : `$${this.condition()}`
      return ` @${this.pick(['skip', 'include'])}(if: ${value})`
    }
    const first = one()
    const second = this.chance(0.2) ? one() : ''
    return second && second.slice(0, 5) !== first.slice(0, 5) ? `${first}${second}` : first
  }

  private condition(): string {
    const type = this.schema.getType('Boolean') as GraphQLInputType
    return this.variable({ name: 'condition', type }, this.pick(['!', '!', '! = true', '! = false', ' = true']))
  }

  /** The type itself, an interface of it, or one of its objects. */
  private related(type: GraphQLCompositeType): GraphQLCompositeType {
    if (isAbstractType(type)) return this.chance(0.5) ? type : this.pick(this.schema.getPossibleTypes(type))
    const interfaces = type.getInterfaces()
    return interfaces.length > 0 && this.chance(0.3) ? this.pick(interfaces) : type
  }

  /** A value in a document. */
  private value(place: GraphQLArgument | GraphQLInputField, isOneOf = false): string {
    const { type, name } = place
    if (this.chance(0.5)) {
      const isRequired = isNonNullType(type) || isOneOf
      const forms = isRequired ? ['!', '!', '! = ', ' = '] : ['', '', ' = ', '!', '! = ']
      const form = isOneOf ? '!' : this.pick(forms)
      return `$${this.variable({ name, type }, form.endsWith('= ') ? form + this.literal(type, name, true) : form)}`
    }
    if (!isNonNullType(type) && !isOneOf && this.chance(0.1)) return 'null'
    return this.literal(type, name, false)
  }

  private variable({ name, type }: { name: string; type: GraphQLInputType }, form: string): string {
    const bare = getNullableType(type)
    const written = `${String(bare)}${form}`
    const known = this.variables.filter((one) => one.written === written && one.sampleName === name)
    if (known.length > 0 && this.chance(0.6)) return this.pick(known).name
    const declared = form.startsWith('!') ? new GraphQLNonNull(bare) : bare
    const isRequired = form === '!'
    const made = { name: `v${++this.serial}`, type: declared, written, isRequired, sampleName: name }
    this.variables.push(made)
    return made.name
  }

  private literal(type: GraphQLInputType, name: string, isConstant: boolean): string {
    const bare = getNullableType(type)
    if (isListType(bare)) {
      if (this.chance(0.15)) return this.literal(bare.ofType, name, isConstant)
      const items = Array.from({ length: this.below(3) }, () =>
        isConstant ? this.literal(bare.ofType, name, true) : this.value({ type: bare.ofType, name } as GraphQLArgument),
      )
      return `[${items.join(', ')}]`
    }
    if (isInputObjectType(bare)) {
      const fields = this.inputFields(bare).map((field) => {
        const value = isConstant ? this.literal(field.type, field.name, true) : this.value(field, bare.isOneOf)
        return `${field.name}: ${value}`
      })
      return `{ ${fields.join(', ')} }`
    }
    if (isEnumType(bare)) return this.pick(bare.getValues()).name
    if (bare.name === 'JSON' && !isConstant && this.chance(0.4)) {
      const text = this.schema.getType('String') as GraphQLInputType
      return `{ x: $${this.variable({ name: 'text', type: text }, this.pick(['', '!', ' = "y"']))}, y: [{ z: 1 }] }`
    }
    return written(this.json(bare, name))
  }

  /** A value of a variable. */
  private json(type: GraphQLInputType, name: string): unknown {
    const bare = getNullableType(type)
    if (isListType(bare)) {
      if (this.chance(0.1)) return this.json(bare.ofType, name)
      return Array.from({ length: this.below(3) }, () => this.json(bare.ofType, name))
    }
    if (isInputObjectType(bare)) {
      const given = this.inputFields(bare).map((field) => {
        const isNull = !isNonNullType(field.type) && !bare.isOneOf && this.chance(0.2)
        return [field.name, isNull ? null : this.json(field.type, field.name)] as const
      })
      return Object.fromEntries(given)
    }
    if (isEnumType(bare)) return this.pick(bare.getValues()).name
    return this.pick(this.options.samples?.[name] ?? SCALARS[bare.name] ?? ['x', 'text of a value'])
  }

  private inputFields(type: GraphQLInputObjectType): GraphQLInputField[] {
    const fields = Object.values(type.getFields())
    if (type.isOneOf) return [this.pick(fields)]
    return fields.filter((field) => isRequiredInputField(field) || this.chance(0.35))
  }

  private fieldsOf = (type: GraphQLObjectType): GraphQLField<unknown, unknown>[] => Object.values(type.getFields())

  private chance = (of: number): boolean => this.random.next() < of
  private below = (limit: number): number => Math.floor(this.random.next() * limit)
  private pick = <Item>(items: readonly Item[]): Item => items[this.below(items.length)]!
}

const isUsed = (variable: string, text: string): boolean => new RegExp(`\\$${variable}\\b`).test(text)

/** A constant as a literal of GraphQL. */
function written(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(written).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return `{ ${Object.entries(value)
    .map(([name, each]) => `${name}: ${written(each)}`)
    .join(', ')} }`
}
