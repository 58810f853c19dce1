import { Extensions } from 'type-graphql'
import type { RequestContext } from '../../context/request-context.js'

/**
 * Marks a resolver that returns from memory, with the source of its parameters. The transport then calls the method
 * directly: the library's wrapper awaits every argument, which creates a promise for each object with such a field, and
 * one promise makes the whole operation asynchronous. Must be below the decorator that declares the field. @param
 * parameters the method's parameters, in order
 */
export function raw<Parameters extends unknown[]>(
  parameters: (root: never, args: never, context: RequestContext) => Parameters,
) {
  return (resolver: object, name: string, method: { value?: (...parameters: Parameters) => unknown }): void => {
    const resolve = (root: unknown, args: unknown, context: RequestContext) =>
      method.value!.apply(resolver, parameters(root as never, args as never, context))
    Extensions({ direct: resolve })(resolver, name, method)
  }
}

/** Like `direct`, for a mutation: loaders are cleared afterwards, even after an error. */
export function rawMutation<Parameters extends unknown[]>(
  parameters: (root: never, args: never, context: RequestContext) => Parameters,
) {
  return (
    resolver: object,
    name: string,
    method: { value?: (...parameters: Parameters) => Promise<unknown> },
  ): void => {
    const resolve = async (root: unknown, args: unknown, context: RequestContext) => {
      try {
        return await method.value!.apply(resolver, parameters(root as never, args as never, context))
      } finally {
        context.clearLoaded()
      }
    }
    Extensions({ direct: resolve })(resolver, name, method)
  }
}
