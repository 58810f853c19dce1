import { Arg, Args, createParameterDecorator, Field, type ClassType } from 'type-graphql'
import type { TypeThunk, ValueOptions } from './decorators.js'
import { IDEMPOTENCY_KEY } from './descriptions.js'

/** Name of the argument that is the idempotency key of a mutation. */
export const KEY_ARGUMENT = 'key'

/** Index behind every parameter of a method: declares arguments without being passed under it. */
const DECLARED_ONLY = 99

/** Names of the arguments of classes, where they differ from those of the properties. */
const argumentNames = new WeakMap<object, Map<string, string>>()

/** Classes of the arguments of mutations, by resolver class and method. */
const argumentClasses = new WeakMap<object, Map<string | symbol, () => ClassType>>()

/** An input type that a mutation takes together with an idempotency key. */
export class Keyed {
  /** Argument `key` of the mutation. */
  idempotencyKey!: string
}

/** Declares a field of an arguments class whose argument has another name than the property. */
export function argument(
  name: string,
  description: string,
  type: TypeThunk,
  options: ValueOptions = {},
): PropertyDecorator {
  return (target, property) => {
    Field(type, { ...options, name, description })(target, property)
    const names = argumentNames.get(target) ?? new Map<string, string>()
    argumentNames.set(target, names.set(name, String(property)))
  }
}

/** Declares the idempotency key of a mutation as the property of an arguments class. */
export const keyArgument = (options: ValueOptions = {}): PropertyDecorator =>
  argument(KEY_ARGUMENT, IDEMPOTENCY_KEY, () => String, options)

/** Declares the arguments of a mutation as a class, and passes them with the names of its properties. */
export function mutationArgs(type: () => ClassType): ParameterDecorator {
  return (target, method, index) => {
    Args(type)(target, method!, DECLARED_ONLY)
    const classes = argumentClasses.get(target) ?? new Map<string | symbol, () => ClassType>()
    argumentClasses.set(target, classes.set(method!, type))
    createParameterDecorator(({ args: given }) => withPropertyNames(type().prototype, given))(target, method!, index)
  }
}

/** Declares the arguments `input` and `key` of a mutation, and passes the input with its key. */
export function keyedInput(description: string, type: TypeThunk): ParameterDecorator {
  return (target, method, index) => {
    Arg(KEY_ARGUMENT, () => String, { description: IDEMPOTENCY_KEY })(target, method!, DECLARED_ONLY)
    createParameterDecorator(
      ({ args: { input, [KEY_ARGUMENT]: idempotencyKey } }) => ({ ...(input as object), idempotencyKey }),
      { arg: { name: 'input', typeFunc: type, options: { description } } },
    )(target, method!, index)
  }
}

/** The argument of a mutation that a property is, by the name of the property. */
export function argumentsOfProperties(target: object, method: string | symbol): ReadonlyMap<string, string> {
  const type = argumentClasses.get(target)?.get(method)
  const names = type ? namesOf(type().prototype) : new Map([[KEY_ARGUMENT, 'idempotencyKey']])
  return new Map([...names].map(([name, property]) => [property, name]))
}

/** Properties by the names of their arguments. */
function namesOf(prototype: object): Map<string, string> {
  const names = new Map<string, string>()
  for (let each: object | null = prototype; each; each = Object.getPrototypeOf(each) as object | null)
    for (const [name, property] of argumentNames.get(each) ?? []) names.set(name, property)
  return names
}

function withPropertyNames(prototype: object, given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const names = namesOf(prototype)
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [names.get(name) ?? name, value]))
}
