import { Float, Int } from 'type-graphql'
import { SafeInt } from '../kernel/scalars.js'
import { enumType, field, inputType, objectType } from '../kernel/decorators.js'

export const ParameterType = enumType('ParameterType', 'Type of a parameter of a template.', {
  TEXT: 'A single line.',
  NUMBER: 'A number, for example `10` or `-0.5`.',
  BOOLEAN: '`true` or `false`.',
  PASSWORD: 'A secret that only the agent can read.',
  DOMAIN: 'A domain, for example `app.example.com`.',
  PORT: 'A port from 1 to 65535.',
  EMAIL: 'An email address.',
  CHOICE: 'One of the options.',
})
export type ParameterType = keyof typeof ParameterType

export const GeneratedKind = enumType('GeneratedKind', 'Kind of a generated value.', {
  SECRET: 'Random characters in an encoding.',
  NAME: 'Random lower-case letters.',
  PORT: 'A random port from 20000 to 31999.',
  UUID: 'A random UUID.',
})
export type GeneratedKind = keyof typeof GeneratedKind

export const GeneratedEncoding = enumType('GeneratedEncoding', 'Encoding of a generated secret.', {
  ALPHANUMERIC: 'Letters and digits.',
  HEX: 'Hexadecimal digits.',
  BASE64: 'Base64, with padding.',
  BASE64URL: 'Base64 for URLs, without padding.',
})
export type GeneratedEncoding = keyof typeof GeneratedEncoding

const OPTION = {
  value: 'Value of the option, at most 200 characters.',
  label: 'Text of the option, at most 100 characters.',
}
const GENERATE = {
  kind: 'Kind of the value.',
  length: 'Number of characters, 4–256. With `BASE64` and `BASE64URL`, number of random bytes.',
  encoding: 'Encoding of a secret.',
}
const PARAMETER = {
  name: 'Name of the variable, as in `${NAME}`.',
  label: 'Label of its field, at most 100 characters.',
  description: 'Help for its field, at most 500 characters.',
  type: 'Type of the value.',
  options: 'Values of a choice, at most 100.',
  default: 'Value that is used if none is given, at most 1,000 characters. A secret has none.',
  required: 'Whether a deployment needs a value that is neither generated nor a default.',
  pattern: 'Regular expression for the whole value, at most 200 characters.',
  minimum: 'Least number. Of other types, least number of characters.',
  maximum: 'Greatest number. Of other types, greatest number of characters.',
  generate: 'Value that the server makes once for each deployment if none is given.',
  secret: 'Whether only the agent can read the value.',
}
const FILE = {
  path: 'Path below the folder of the template, for example `config/nginx.conf`. A service mounts it as `./config/nginx.conf`.',
  content: 'Text of the file, at most 128 KiB. `${NAME}` is replaced if NAME is a parameter.',
}

@objectType('A value that a parameter can have.')
export class ParameterOption {
  @field(OPTION.value, () => String)
  value!: string

  @field(OPTION.label, () => String)
  label!: string
}

@objectType('A value that the server makes if none is given.')
export class GeneratedValue {
  @field(GENERATE.kind, () => GeneratedKind)
  kind!: GeneratedKind

  @field(GENERATE.length, () => SafeInt)
  length!: number

  @field(GENERATE.encoding, () => GeneratedEncoding)
  encoding!: GeneratedEncoding
}

@objectType('A variable of a template, whose value is given when the template is deployed.')
export class TemplateParameter {
  @field(PARAMETER.name, () => String)
  name!: string

  @field(PARAMETER.label, () => String)
  label!: string

  @field(`${PARAMETER.description} Null if none.`, () => String, { nullable: true })
  description!: string | null

  @field(PARAMETER.type, () => ParameterType)
  type!: ParameterType

  @field(PARAMETER.options, () => [ParameterOption])
  options!: readonly ParameterOption[]

  @field(`${PARAMETER.default} Null if none.`, () => String, { nullable: true })
  default!: string | null

  @field(PARAMETER.required, () => Boolean)
  required!: boolean

  @field(`${PARAMETER.pattern} Null if none.`, () => String, { nullable: true })
  pattern!: string | null

  @field(`${PARAMETER.minimum} Null if none.`, () => Float, { nullable: true })
  minimum!: number | null

  @field(`${PARAMETER.maximum} Null if none.`, () => Float, { nullable: true })
  maximum!: number | null

  @field(`${PARAMETER.generate} Null if it is not generated.`, () => GeneratedValue, { nullable: true })
  generate!: GeneratedValue | null

  @field(PARAMETER.secret, () => Boolean)
  secret!: boolean

  @field('Whether it follows from a variable of the definition that the vendor did not describe.', () => Boolean)
  derived!: boolean
}

@objectType('A file of a template.')
export class TemplateFile {
  @field(FILE.path, () => String)
  path!: string

  @field(FILE.content, () => String)
  content!: string
}

@inputType('A value that a parameter can have.')
export class ParameterOptionInput {
  @field(OPTION.value, () => String)
  value!: string

  @field(`${OPTION.label} Default: the value.`, () => String, { nullable: true })
  label?: string | null
}

@inputType('A value that the server makes if none is given.')
export class GeneratedValueInput {
  @field(`${GENERATE.kind} Default: SECRET.`, () => GeneratedKind, { nullable: true })
  kind?: GeneratedKind | null

  @field(`${GENERATE.length} Default: 32.`, () => Int, { nullable: true })
  length?: number | null

  @field(`${GENERATE.encoding} Default: ALPHANUMERIC.`, () => GeneratedEncoding, { nullable: true })
  encoding?: GeneratedEncoding | null
}

@inputType('A variable of a template, whose value is given when the template is deployed.')
export class TemplateParameterInput {
  @field(PARAMETER.name, () => String)
  name!: string

  @field(`${PARAMETER.label} Default: the words of the name.`, () => String, { nullable: true })
  label?: string | null

  @field(PARAMETER.description, () => String, { nullable: true })
  description?: string | null

  @field(
    `${PARAMETER.type} Default: CHOICE with options, PASSWORD for the name of a secret, otherwise TEXT.`,
    () => ParameterType,
    { nullable: true },
  )
  type?: ParameterType | null

  @field(PARAMETER.options, () => [ParameterOptionInput], { nullable: true })
  options?: readonly ParameterOptionInput[] | null

  @field(PARAMETER.default, () => String, { nullable: true })
  default?: string | null

  @field(`${PARAMETER.required} Default: false.`, () => Boolean, { nullable: true })
  required?: boolean | null

  @field(`${PARAMETER.pattern} No repeated part may be repeated again.`, () => String, { nullable: true })
  pattern?: string | null

  @field(PARAMETER.minimum, () => Float, { nullable: true })
  minimum?: number | null

  @field(PARAMETER.maximum, () => Float, { nullable: true })
  maximum?: number | null

  @field(PARAMETER.generate, () => GeneratedValueInput, { nullable: true })
  generate?: GeneratedValueInput | null

  @field(`${PARAMETER.secret} Default: true for PASSWORD.`, () => Boolean, { nullable: true })
  secret?: boolean | null
}

@inputType('A file of a template.')
export class TemplateFileInput {
  @field(FILE.path, () => String)
  path!: string

  @field(FILE.content, () => String)
  content!: string
}

@inputType('A value for a parameter of a template.')
export class ParameterValueInput {
  @field('Name of the parameter.', () => String)
  name!: string

  @field('Value of the parameter, a single line. An empty text counts as no value.', () => String)
  value!: string
}

@objectType('The value of a parameter of a template.')
export class ParameterValue {
  @field('Name of the parameter.', () => String)
  name!: string

  @field('Value of the parameter. Null for a secret, which only the agent can read.', () => String, { nullable: true })
  value!: string | null
}
