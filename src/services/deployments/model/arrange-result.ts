import { isObject } from './parameter-tree.js'

type Json = Readonly<Record<string, unknown>>

/** The members of an inner object on the level of the result. Members of the result itself take precedence. */
export const liftMembers =
  (name: string) =>
  (result: Json): Json => ({ ...innerObject(result, name), ...result })

/** A member of a result if it is an object; otherwise an empty one. */
export const innerObject = (result: Json, name: string): Json => (isObject(result[name]) ? result[name] : {})

/** The time of a result, which agents report under another name. */
export const timeOf =
  (name: string) =>
  (result: Json): Json => ({ ...result, at: result[name] })

/** A pipe: its life cycle is an inner object, and without it `active` determines the state. */
export const arrangePipe = (result: Json): Json => ({
  ...liftMembers('lifecycle')(result),
  at: result['triggered_at'] ?? innerObject(result, 'lifecycle')['last_updated_at'],
  state: innerObject(result, 'lifecycle')['state'] ?? (result['active'] === true ? 'active' : null),
})
