import { Extensions, UseMiddleware, type MiddlewareFn } from 'type-graphql'
import type { Permission } from '../identity/permission.js'

/** Context that decides about permissions. */
interface Guarded {
  requirePermission(permission: Permission, accountId: string | null): Promise<void>
}

/**
 * Declares the permission that a field requires: on the account around it, otherwise on the installation. Without it the
 * field is null, with an error. The printed schema shows it as `@requires`.
 */
export function requires(permission: Permission): MethodDecorator {
  const guard: MiddlewareFn<Guarded> = async ({ context, root }, next) => {
    await context.requirePermission(permission, (root as { id?: string } | undefined)?.id ?? null)
    return next()
  }
  return (target, name, descriptor) => {
    Extensions({ requires: permission })(target, name, descriptor)
    UseMiddleware(guard as MiddlewareFn)(target, name, descriptor)
  }
}
