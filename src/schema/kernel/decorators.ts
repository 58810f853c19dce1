import {
  Arg,
  Directive,
  Extensions,
  Field,
  FieldResolver,
  InputType,
  InterfaceType,
  ObjectType,
  Query,
  registerEnumType,
  Subscription,
  UseMiddleware,
  type ClassType,
  type MiddlewareFn,
} from 'type-graphql'
import { toPayload } from './payload.js'
import { accountIn, requirement, type Guarded } from './requires.js'
import type { Permission } from '../identity/permission.js'

/** A lazy reference to a GraphQL type, so that files may refer to each other in a circle. */
export type TypeThunk = NonNullable<Parameters<typeof Field>[0]>

/** Nullability and default of a field or argument; required and without a default when left out. */
export interface ValueOptions {
  nullable?: boolean | 'items' | 'itemsAndList'
  defaultValue?: unknown
  deprecationReason?: string
}

/** Source of the events of a subscription. */
export interface SubscriptionOptions<TArgs extends object, TContext extends object> {
  /** Permission without which the subscription is refused: on the account of the arguments, or on the installation. */
  requires?: Permission
  subscribe: (data: { args: TArgs; context: TContext }) => AsyncIterable<unknown> | Promise<AsyncIterable<unknown>>
}

/** Declares a field of an object, interface, input or arguments class. */
export function field(description: string, type: TypeThunk, options: ValueOptions = {}): PropertyDecorator {
  return Field(type, { ...options, description })
}

/** Declares an object type whose fields are read straight from plain objects: no middleware, no class instances. */
export function objectType(description: string, options: { implements?: Function | Function[] } = {}): ClassDecorator {
  return ObjectType({ ...options, description, simpleResolvers: true })
}

/** Declares that a federation gateway can ask for objects of the type by any of these fields. */
export function federationKeys(...fields: readonly string[]): ClassDecorator {
  return (target) => {
    for (const name of fields.toReversed()) Directive(`@key(fields: "${name}")`)(target)
  }
}

/** Declares an object type that other subgraphs may declare too. */
export function shareable(): ClassDecorator {
  return (target) => void Directive('@shareable')(target)
}

/** Declares an interface; its implementers repeat only the TypeScript properties. */
export function interfaceType(
  description: string,
  options: { implements?: Function | Function[] } = {},
): ClassDecorator {
  return InterfaceType({ ...options, description })
}

/** Declares an input. */
export function inputType(description: string): ClassDecorator {
  return InputType({ description })
}

/** Declares an input of which exactly one field must be given; the flag is set by `buildGraphQLSchema`. */
export function oneOfInputType(description: string): ClassDecorator {
  return (target) => {
    InputType({ description })(target)
    Extensions({ oneOf: true })(target as unknown as ClassType)
  }
}

/** Makes an enum whose values are their own names, from the text that describes each. */
export function enumType<const T extends Record<string, string>, const Stored extends Partial<Record<keyof T, string>>>(
  name: string,
  description: string,
  texts: T,
  stored?: Stored,
): { readonly [K in keyof T]: Stored[K] extends string ? Stored[K] : K } {
  const values = Object.fromEntries(Object.keys(texts).map((key) => [key, stored?.[key] ?? key])) as {
    [K in keyof T]: Stored[K] extends string ? Stored[K] : K
  }
  const valuesConfig = described(texts)
  registerEnumType<Record<string, string>>(values as Record<string, string>, { name, description, valuesConfig })
  configs.set(values, valuesConfig)
  return values
}

type ValuesConfig = Record<string, { description: string }>

/** Descriptions of the values of each enum. */
const configs = new WeakMap<object, ValuesConfig>()

const described = (texts: Readonly<Record<string, string>>): ValuesConfig =>
  Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, { description: text }]))

/** Adds values of a higher module to an enum, while the module is loaded. */
export function extendEnum(values: object, texts: Readonly<Partial<Record<string, string>>>): void {
  Object.assign(values, Object.fromEntries(Object.keys(texts).map((key) => [key, key])))
  Object.assign(configs.get(values)!, described(texts as Record<string, string>))
}

/** Declares an argument of an operation or a field. */
export function arg(
  name: string,
  description: string,
  type: TypeThunk,
  options: ValueOptions = {},
): ReturnType<typeof Arg> {
  return Arg(name, type, { ...options, description })
}

/** Declares a query; the method's name is the operation's. What the caller cannot see is null. */
export function query(description: string, type: TypeThunk, options: ValueOptions = {}): MethodDecorator {
  return (target, name, descriptor) => {
    Query(type, { ...options, description })(target, name, descriptor)
    UseMiddleware(hideMissing)(target, name, descriptor)
  }
}

/** A mutation names what it does not find; for a query and for a field with an account it is null. */
export const hideMissing: MiddlewareFn = async (_call, next) => {
  try {
    return await next()
  } catch (error) {
    if ((error as { code?: unknown }).code === 'NOT_FOUND') return null
    throw error
  }
}

/** Declares a query that returns the effect of a mutation, or its denial, without executing it. What the caller cannot see is null. */
export function preview(description: string, type: () => ClassType): MethodDecorator {
  return (target, name, descriptor) => {
    Query(type as TypeThunk, { nullable: true, description })(target, name, descriptor)
    UseMiddleware(hideMissing, inPayload(type))(target, name, descriptor)
  }
}

/** Declares a field that is a preview, in a resolver class of its object type. */
export function previewField(description: string, type: () => ClassType): MethodDecorator {
  return (target, name, descriptor) => {
    FieldResolver(type as TypeThunk, { nullable: true, description })(target, name, descriptor)
    UseMiddleware(inPayload(type))(target, name, descriptor)
  }
}

/**
 * Wraps the outcome of a mutation in its payload; that of a mutation of many objects in one payload each.
 * @param renamed names of arguments, by the names that services have for them
 */
export const inPayload =
  (
    payload: () => ClassType | [ClassType],
    renamed: () => ReadonlyMap<string, string> = () => new Map(),
  ): MiddlewareFn =>
  async (_, next) => {
    const outcome: unknown = await next()
    const type = payload()
    const wrap = (each: unknown, of: ClassType) => toPayload(of, isDenied(each) ? withArguments(each, renamed()) : each)
    return Array.isArray(type) ? (outcome as unknown[]).map((each) => wrap(each, type[0])) : wrap(outcome, type)
  }

interface Denied {
  readonly __typename: 'Denial'
  readonly message: string
  readonly issues: readonly { readonly path: readonly string[]; readonly message: string }[]
}

const isDenied = (outcome: unknown): outcome is Denied =>
  (outcome as { __typename?: string } | null)?.__typename === 'Denial'

/** The denial with the names of arguments in its texts, and in the paths of its issues. */
function withArguments(denial: Denied, names: ReadonlyMap<string, string>): Denied {
  const renamed = (text: string): string => text.replaceAll(/\b[a-z]+[A-Z]\w*\b/g, (word) => names.get(word) ?? word)
  return {
    ...denial,
    message: renamed(denial.message),
    issues: denial.issues.map(({ path: [first = '', ...rest], message, ...issue }) => ({
      ...issue,
      message: renamed(message),
      path: [names.get(first) ?? first, ...rest],
    })),
  }
}

/** Declares a subscription; the method maps each event, given as `@Root()`. */
export function subscription<TArgs extends object, TContext extends object>(
  description: string,
  type: TypeThunk,
  options: SubscriptionOptions<TArgs, TContext>,
): MethodDecorator {
  const { requires: permission, subscribe } = options
  return (target, name, descriptor) => {
    if (permission) requirement(permission)(target, name, descriptor)
    Subscription(type, {
      description,
      subscribe: async ({ args, context }) => {
        if (permission) await (context as Guarded).requirePermission(permission, accountIn(args))
        return subscribe({ args: args as TArgs, context: context as TContext })
      },
    })(target, name, descriptor)
  }
}

/** Declares a field that needs arguments or loading, in a resolver class of its object type. */
export function fieldResolver(description: string, type: TypeThunk, options: ValueOptions = {}): MethodDecorator {
  return FieldResolver(type, { ...options, description })
}
