import { Extensions } from 'type-graphql'
import type { RequestContext } from '../../context/request-context.js'

/**
 * Marks a resolver that answers from memory, and says where its parameters come from. The transport then calls the method
 * itself: the library's wrapper waits for every argument, which makes a promise for each object that has such a field, and
 * one promise anywhere makes the whole operation wait. Stands below the decorator that declares the field.
 * @param parameters the method's parameters, in their order
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
