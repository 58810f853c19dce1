export const PARAMETER_TYPES = ['TEXT', 'NUMBER', 'BOOLEAN', 'PASSWORD', 'DOMAIN', 'PORT', 'EMAIL', 'CHOICE'] as const
export type ParameterType = (typeof PARAMETER_TYPES)[number]

export const GENERATED_KINDS = ['SECRET', 'NAME', 'PORT', 'UUID'] as const
export const GENERATED_ENCODINGS = ['ALPHANUMERIC', 'HEX', 'BASE64', 'BASE64URL'] as const

/** A value that the server makes if none is given. */
export interface GeneratedValue {
  readonly kind: (typeof GENERATED_KINDS)[number]
  /** Number of characters; with an encoding of Base64, of random bytes. */
  readonly length: number
  readonly encoding: (typeof GENERATED_ENCODINGS)[number]
}

/** A variable of a template, whose value is given when it is deployed. */
export interface TemplateParameter {
  /** Name of the variable. */
  readonly name: string
  readonly label: string
  readonly description: string | null
  readonly type: ParameterType
  /** Values of a choice. */
  readonly options: readonly { readonly value: string; readonly label: string }[]
  readonly default: string | null
  readonly required: boolean
  /** Regular expression for the whole value. */
  readonly pattern: string | null
  /** Least number, or least number of characters of a text. */
  readonly minimum: number | null
  readonly maximum: number | null
  readonly generate: GeneratedValue | null
  /** True if only the agent can read the value. */
  readonly secret: boolean
}

/** A file of a template, at the path that its services mount. */
export interface TemplateFile {
  readonly path: string
  readonly content: string
}
