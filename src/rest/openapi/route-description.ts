import type { FastifyInstance, RouteOptions } from 'fastify'
import type { z } from 'zod'
import type { DenialCode, ErrorCode } from '#services/kernel/codes/codes.js'
import type { Access } from './access.js'
import type { Tag } from './tags.js'

/** Any code of an error or a denial. */
export type Code = DenialCode | ErrorCode

declare module 'fastify' {
  /** Parts that only the OpenAPI document reads. */
  interface FastifySchema {
    /** Unique name, which generated clients use for a function. Routes without one, as pages, are not in the document. */
    operationId?: string
    /** Purpose of the route in one line. */
    summary?: string
    /** Further text for callers. */
    description?: string
    tag?: Tag
    access?: Access
    /** Codes of errors that follow neither from the caller nor from the form of the request. */
    errors?: readonly Code[]
    /** A program can pay for what lifts its denials. */
    isPayable?: true
    /** The body as callers send it, where `body` is only bytes. */
    sentBody?: z.ZodType
    /** Media types of the body. Default: JSON. */
    consumes?: readonly string[]
    /** A body that is accepted. A test sends it. */
    example?: unknown
  }
}

/** Shared by the routes of a scope. Single routes can differ. */
export interface RouteGroup {
  readonly tag: Tag
  readonly access: Access
  readonly errors?: readonly Code[]
}

/** Paths of one route with their names in the document. The first is the one to use. */
export const withAliases = (operationId: string, paths: readonly string[]) =>
  paths.map((path, index) => ({
    path,
    operation:
      index === 0
        ? { operationId }
        : { operationId: `${operationId}Alias${index}`, description: `The same as \`${toTemplate(paths[0]!)}\`.` },
  }))

/** A path with its parts in braces, as in `/templates/{id}`. */
export const toTemplate = (path: string): string => path.replaceAll(/:(\w+)/g, '{$1}')

/** Describes the routes that are declared in this scope afterwards. */
export function describeRoutes(scope: Pick<FastifyInstance, 'addHook'>, { errors = [], ...group }: RouteGroup): void {
  scope.addHook('onRoute', (route: RouteOptions) => {
    route.schema = { ...group, ...route.schema, errors: [...errors, ...(route.schema?.errors ?? [])] }
  })
}
