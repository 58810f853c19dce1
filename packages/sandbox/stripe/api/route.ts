import type { z } from 'zod'
import type { SandboxState } from '#sandbox-state.js'

/** A call of a route: the ids in its path and its checked parameters. */
export interface StripeCall<Input> {
  path: Record<string, string>
  input: Input
  /** The path as called, for the `url` of lists. */
  url: string
}

/** Route of Stripe's API: path, parameters and handler. Returns the object that Stripe returns. */
export interface StripeRoute {
  method: 'GET' | 'POST' | 'DELETE'
  path: string
  input: z.ZodType
  run: (world: SandboxState, call: StripeCall<never>) => object
}

/** Declares a route; its parameters are typed by their shape. */
export function route<Shape extends z.ZodType>(
  method: StripeRoute['method'],
  path: string,
  input: Shape,
  run: (world: SandboxState, call: StripeCall<z.output<Shape>>) => object,
): StripeRoute {
  return { method, path, input, run }
}
