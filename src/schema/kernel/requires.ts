import { Extensions, UseMiddleware, type MiddlewareFn } from 'type-graphql'
import type { Permission } from '../identity/permission.js'

/** Context that decides about permissions. */
export interface Guarded {
  requirePermission(permission: Permission, accountId: string | null): Promise<void>
}

/** Arguments of a field that can name an account. */
interface NamesAccount {
  readonly accountId?: string | null
  readonly input?: { readonly accountId?: string | null }
}

/** The account that the arguments of a field name. Null if none. */
export const accountIn = ({ accountId, input }: NamesAccount): string | null => accountId ?? input?.accountId ?? null

/** Declares the permission of a field without a guard. */
export const requirement = (permission: Permission): MethodDecorator => Extensions({ requires: permission })

/**
 * Declares the permission that a field requires: on the account around it or that its arguments name, otherwise on the
 * caller's current account or on the installation. Without it the field is null, with an error. The printed schema shows it
 * as `@requires`. Below the declaration of the field, so that a refused mutation is recorded, and what is not found is null.
 */
export function requires(permission: Permission): MethodDecorator {
  const guard: MiddlewareFn<Guarded> = async ({ context, root, args }, next) => {
    const around = (root as { id?: string } | undefined)?.id
    await context.requirePermission(permission, around ?? accountIn(args))
    return next()
  }
  return (target, name, descriptor) => {
    requirement(permission)(target, name, descriptor)
    UseMiddleware(guard as MiddlewareFn)(target, name, descriptor)
  }
}
