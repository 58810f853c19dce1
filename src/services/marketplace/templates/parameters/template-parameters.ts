import type { TemplateFile, TemplateParameter } from '#entities/marketplace/template-parameter.js'
import { isSecretName } from '../definition/find-secrets.js'
import { writtenDefinition, type StoredDefinition } from '../definition/written-definition.js'
import { typeFault } from './check-value.js'
import { variablesOf, type Variable } from './variables.js'

/** Content of a template that its parameters follow from. */
export interface Parameterized extends StoredDefinition {
  readonly parameters?: readonly TemplateParameter[]
  readonly files?: readonly TemplateFile[]
}

/** A parameter as a deployment asks for it. */
export interface EffectiveParameter extends TemplateParameter {
  /** True if it follows from a variable that the vendor did not describe. */
  readonly derived: boolean
}

/** Pure: the described parameters, and one for each other variable of the definition. */
export function parametersOf({ parameters = [], ...stored }: Parameterized): EffectiveParameter[] {
  const described = new Set(parameters.map(({ name }) => name))
  const others = [...variablesOf(writtenDefinition(stored)).values()].filter(({ name }) => !described.has(name))
  return [...parameters.map((parameter) => ({ ...parameter, derived: false })), ...others.map(derivedParameter)]
}

const NAMED_TYPES = [
  [/(?:^|_)port$/i, 'PORT'],
  [/(?:^|_)e?mail$/i, 'EMAIL'],
] as const

/** A parameter that accepts everything that the variable could have before, so that it refuses no deployment without a reason. */
function derivedParameter({ name, default: text, required }: Variable): EffectiveParameter {
  const secret = isSecretName(name)
  const named = NAMED_TYPES.find(([pattern, type]) => text && pattern.test(name) && !typeFault({ type }, text))
  return {
    ...plainParameter(name),
    description: required?.trim() || null,
    type: secret ? 'PASSWORD' : /^(?:true|false)$/.test(text ?? '') ? 'BOOLEAN' : (named?.[1] ?? 'TEXT'),
    default: secret ? null : text || null,
    required: required !== null,
    secret,
    derived: true,
  }
}

/** A text without rules. */
export const plainParameter = (name: string): TemplateParameter => ({
  name,
  label: labelOf(name),
  description: null,
  type: 'TEXT',
  options: [],
  default: null,
  required: false,
  pattern: null,
  minimum: null,
  maximum: null,
  generate: null,
  secret: false,
})

const ACRONYMS = new Set(
  'ai api aws cdn cpu css db dns ftp gb http https id imap ip jwt ldap llm mb mqtt oauth oidc s3 saml smtp sql ssh ssl sso tls ui uri url uuid vpn'.split(
    ' ',
  ),
)

/** A name as words, as in "DB password". */
function labelOf(name: string): string {
  const words = name
    .split(/_+/)
    .filter(Boolean)
    .map((word) => word.toLowerCase())
  const text = words.map((word) => (ACRONYMS.has(word) ? word.toUpperCase() : word)).join(' ') || name
  return (text[0]!.toUpperCase() + text.slice(1)).slice(0, 100)
}
