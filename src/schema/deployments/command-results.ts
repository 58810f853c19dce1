import type { ClassType } from 'type-graphql'
import { z } from 'zod'
import { metaOf } from '#services/deployments/model/result-fields.js'
import { healthStatus } from '#services/deployments/model/result-states.js'
import { enumType, field, objectType, type TypeThunk } from '../kernel/decorators.js'
import { DateTime, JSONValue, SafeInt } from '../kernel/scalars.js'
import { newClass } from './command-inputs.js'

// Derives the result types of commands from their zod definitions: type-graphql's decorators are applied to empty classes.

const built = new Map<string, { readonly members: unknown; readonly type: object }>()

/** Object type of a result or of an object in it. Two different objects with the same name are an error. */
export const objectTypeOf = (schema: z.ZodObject, implemented?: Function): ClassType =>
  once(schema, schema.shape, (name, description) => {
    const type = newClass(name)
    objectType(description, implemented && { implements: implemented })(type)
    addMembers(type, schema.shape)
    return type
  }) as ClassType

/** Declares a field for each member. */
export function addMembers(type: ClassType, members: z.ZodRawShape): void {
  for (const [member, of] of Object.entries(members as Record<string, z.ZodType>)) {
    const [thunk, nullable] = typeOf(of, `${type.name}.${member}`)
    field(metaOf(of).description ?? '', thunk, { nullable })(type.prototype, member)
  }
}

const enumTypeOf = (schema: z.ZodEnum): object =>
  once(schema, schema.def.entries, (name, description) => enumType(name, description, metaOf(schema).values ?? {}))

export const HealthStatus = enumTypeOf(healthStatus)
export type HealthStatus = z.output<typeof healthStatus>

/** Members use clones of a schema, with descriptions of their own: the object of the members is the same in all. */
function once(schema: z.ZodType, members: unknown, build: (name: string, description: string) => object): object {
  const { title, typeDescription = '' } = metaOf(schema)
  if (!title)
    throw new Error('An object or enum of a result needs a name: declare it with resultType() or enumValue().')
  const known = built.get(title)
  if (known && known.members !== members) throw new Error(`Two different types of results are named ${title}.`)
  const type = known?.type ?? build(title, typeDescription)
  built.set(title, { members, type })
  return type
}

/** The type of a member, and whether it is nullable. */
function typeOf(schema: z.ZodType, place: string): readonly [type: TypeThunk, nullable: boolean] {
  if (schema instanceof z.ZodNullable) return [typeOf(schema.unwrap() as z.ZodType, place)[0], true]
  if (schema instanceof z.ZodArray) {
    const [item] = typeOf(schema.element as z.ZodType, place)
    return [() => [(item as () => ClassType)()], false]
  }
  if (schema instanceof z.ZodString) return [() => String, false]
  if (schema instanceof z.ZodNumberFormat) return [() => SafeInt, false]
  if (schema instanceof z.ZodNumber) return [() => Number, false]
  if (schema instanceof z.ZodBoolean) return [() => Boolean, false]
  if (schema instanceof z.ZodDate) return [() => DateTime, false]
  if (schema instanceof z.ZodEnum) {
    const type = enumTypeOf(schema)
    return [() => type, false]
  }
  if (schema instanceof z.ZodObject) {
    const type = objectTypeOf(schema)
    return [() => type, false]
  }
  if (schema instanceof z.ZodUnknown || schema instanceof z.ZodRecord) return [() => JSONValue, true]
  throw new Error(`${place} has no type in GraphQL: ${schema.type}.`)
}
