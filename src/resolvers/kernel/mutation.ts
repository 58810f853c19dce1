import { Mutation, UseMiddleware, type ClassType, type MiddlewareFn } from 'type-graphql'
import { inPayload, type TypeThunk } from '#schema/kernel/decorators.js'
import { argumentsOfProperties } from '#schema/kernel/mutation-arguments.js'
import { requires } from '#schema/kernel/requires.js'
import type { Permission } from '#schema/identity/permission.js'
import { logDenial } from '#services/kernel/denials/log-denial.js'
import type { Audited } from '#services/identity/audit/audited-object.js'
import { isDenied, type Denied } from '#services/kernel/result/denied.js'
import type { RequestContext } from '#context/request-context.js'
import { toDenial } from './denial.mapper.js'
import { payDenied } from './pay-denied.js'

/** Objects that a mutation moves, or the reason why it moves none. */
export type Moves = 'money' | 'entitlements' | 'commands' | { readonly nothing: string }

/** Facts about a mutation. Nothing else states them: the server, its tests and its documentation read them here. */
export interface MutationCard {
  readonly payload: () => ClassType | [ClassType]
  /** Permission that is checked first: on the account of the arguments, or on the installation. */
  readonly permission?: Permission
  /** Permission that the service requires on the object that it loads. */
  readonly permissionOnObject?: Permission
  readonly moves: Moves
  /** A program can pay for what lifts its denial; it runs again after that. Its method has the context first. */
  readonly payable?: true
  /** Why a repetition without an idempotency key changes nothing, or nothing more. Default: it requires a key. */
  readonly repeats?: string
  /** Existing object that it changes, for the audit log. Default: the log has its input and its result. */
  readonly audited?: Audited
}

const cards = new Map<string, MutationCard>()

/** Facts about each mutation of the loaded modules, by name. */
export const mutationCards: ReadonlyMap<string, MutationCard> = cards

/** A mutation that decides who may call. */
export const ACCESS: Moves = { nothing: 'decides who may call, not what an account has' }

/** Declares a mutation; the method's name is the operation's. It returns its result, or what a service denied. */
export function mutation(description: string, card: MutationCard): MethodDecorator {
  return (target, name, descriptor) => {
    const { payload, permission, audited, payable } = card
    if (payable) runsAgainWhenPaid(descriptor)
    cards.set(String(name), card)
    if (permission) requires(permission)(target, name, descriptor)
    // A mutation that fails is null: the results of the others stay.
    Mutation(payload as TypeThunk, { nullable: true, description })(target, name, descriptor)
    UseMiddleware(
      inPayload(payload, () => argumentsOfProperties(target, name)),
      recordMutation(audited) as MiddlewareFn,
      withDenial as MiddlewareFn,
    )(target, name, descriptor)
  }
}

function runsAgainWhenPaid(descriptor: PropertyDescriptor): void {
  const operation = descriptor.value as (context: RequestContext, ...args: unknown[]) => unknown
  descriptor.value = function (this: unknown, context: RequestContext, ...args: unknown[]) {
    return payDenied(context, () => operation.call(this, context, ...args))
  }
}

/** The outcome of a service, mapped unless it is denied. */
export async function unlessDenied<Outcome extends object, Result>(
  outcome: Promise<Outcome>,
  map: (done: Exclude<Outcome, Denied>) => Result | Promise<Result>,
): Promise<Result | Denied> {
  const done = await outcome
  return isDenied(done) ? done : map(done as Exclude<Outcome, Denied>)
}

/** Maps what a service denied. */
const withDenial: MiddlewareFn<RequestContext> = async ({ context, info }, next) => {
  const outcome: unknown = await next()
  if (!isDenied(outcome)) return outcome
  logDenial(context, info.fieldName, outcome.denial)
  return toDenial(context, outcome.denial)
}

/**
 * The context can cache loaded objects; after a mutation the next field of the same response must read again. Also
 * writes the audit log.
 */
const recordMutation =
  (audited: Audited | undefined): MiddlewareFn<RequestContext> =>
  async ({ context, info, args }, next) => {
    const called = { mutation: info.fieldName, args, audited }
    const before = await context.beforeMutation(called)
    try {
      const answer: unknown = await next()
      await context.afterMutation({ ...called, answer, error: null, before })
      return answer
    } catch (error) {
      await context.afterMutation({ ...called, answer: null, error, before })
      throw error
    }
  }
