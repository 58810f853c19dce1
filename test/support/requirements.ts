import { readFileSync } from 'node:fs'
import { buildSchema, getNamedType, isLeafType, isObjectType } from 'graphql'
import { requirementIn } from '#schema/audience.js'
import { simplestArguments } from './simplest-call.js'

const schema = buildSchema(readFileSync('src/schema/schema.graphql', 'utf8'), { assumeValid: true })

/** A field whose printed form has `@requires`. */
export interface RequiringField {
  readonly type: string
  readonly field: string
  readonly permission: string
  /** The simplest selection of the field, for an account. */
  selection(accountId: string): string
}

/** Every field that requires a permission. */
export const REQUIRING_FIELDS: readonly RequiringField[] = Object.values(schema.getTypeMap())
  .filter(isObjectType)
  .flatMap((type) =>
    Object.values(type.getFields()).flatMap((field): RequiringField[] => {
      const permission = field.astNode ? requirementIn(field.astNode) : null
      if (permission === null) return []
      const inner = isLeafType(getNamedType(field.type)) ? '' : ' { __typename }'
      const selection = (accountId: string) =>
        `${field.name}${simplestArguments(field, ['accountId']).replaceAll('$account', JSON.stringify(accountId))}${inner}`
      return [{ type: type.name, field: field.name, permission, selection }]
    }),
  )
