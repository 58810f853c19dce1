/** The parts of a JSON Schema that describe parameters of commands. */
export interface ParameterSchema {
  readonly type?: string
  readonly description?: string
  readonly default?: unknown
  readonly enum?: readonly string[]
  readonly minimum?: number
  readonly maximum?: number
  readonly maxLength?: number
  readonly items?: ParameterSchema
  readonly properties?: Readonly<Record<string, ParameterSchema>>
  readonly required?: readonly string[]
}

/** Kind of the field of a parameter. `list` has one value in each line, and `json` is any other value. */
export type FieldKind = 'text' | 'longText' | 'number' | 'flag' | 'choice' | 'list' | 'json'

export interface ParameterField {
  /** Name of the parameter, as the agent knows it. */
  readonly name: string
  readonly kind: FieldKind
  readonly isRequired: boolean
  readonly schema: ParameterSchema
}

/** Texts longer than this have a field of several lines. */
const LONG_TEXT = 1000

function kindOf({ type, enum: choices, maxLength = 0, items }: ParameterSchema): FieldKind {
  if (choices) return 'choice'
  if (type === 'boolean') return 'flag'
  if (type === 'integer' || type === 'number') return 'number'
  if (type === 'string') return maxLength > LONG_TEXT ? 'longText' : 'text'
  return type === 'array' && items?.type === 'string' ? 'list' : 'json'
}

/** Fields of a form for the parameters of a command, required ones first. */
export function fieldsOf({ properties = {}, required = [] }: ParameterSchema): readonly ParameterField[] {
  return Object.entries(properties)
    .map(([name, schema]) => ({ name, kind: kindOf(schema), isRequired: required.includes(name), schema }))
    .toSorted((one, other) => Number(other.isRequired) - Number(one.isRequired))
}

/** Texts that a person typed, by the names of parameters. */
export type FieldTexts = Readonly<Record<string, string>>

/**
 * Parameters from the texts of fields. Empty fields are omitted, because the server has their defaults.
 * @throws SyntaxError if a text is no JSON
 */
export function parametersOf(fields: readonly ParameterField[], texts: FieldTexts): Record<string, unknown> {
  const given = fields.filter(({ name }) => (texts[name] ?? '') !== '')
  return Object.fromEntries(given.map(({ name, kind }) => [name, valueOf(kind, texts[name]!)]))
}

function valueOf(kind: FieldKind, text: string): unknown {
  switch (kind) {
    case 'number':
      return Number(text)
    case 'flag':
      return text === 'true'
    case 'list':
      return text.split('\n').filter((line) => line.trim() !== '')
    case 'json':
      return JSON.parse(text)
    default:
      return text
  }
}
