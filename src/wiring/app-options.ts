import type { ApolloServerPlugin } from '@apollo/server'
import type { FastifyInstance } from 'fastify'
import type { SandboxControl } from '../edge/dashboard/sandbox-control.js'
import type { SignSandboxToken } from '../edge/dashboard/sandbox-session.js'
import type { Module } from '../modules/module.js'
import type { TokenVerifier } from '../services/identity/tokens/token-verifier.js'
import type { Config } from '../services/kernel/config/config.js'
import type { Logger } from '../services/kernel/logger/logger.js'
import type { Random } from '../services/kernel/random/random.js'
import type { Timers } from '../services/kernel/time/timers.js'
import type { SandboxClock } from '../services/ops/advance-clock/sandbox-clock.js'

/** External dependencies of the server: configuration, database, keys, and the sandbox's clock if there is one. */
export interface AppOptions {
  readonly config: Config
  /** Address with sessions. `config.databasePoolerUrl` is that of a pooler in transaction mode, if there is one. */
  readonly databaseUrl: string
  readonly log: Logger
  /** Checks user tokens. Null if none are accepted. */
  readonly verifyToken: TokenVerifier | null
  readonly secretsKeys: readonly string[]
  readonly sandboxClock: SandboxClock | null
  /** Modules, each after those that it requires. Default: those of `config.modules`. */
  readonly modules?: readonly Module[]
  /** Time and timers of this server. Default: those of the system. Two servers in one process can have different ones. */
  readonly timers?: Timers
  /** Randomness of this server. Default: that of the system. */
  readonly random?: Random
  /** Signs tokens for trials on this machine. Default: none, because users have tokens of another service. */
  readonly signSandboxToken?: SignSandboxToken
  /** Controls the payment sandbox for pages of this machine. Default: they cannot. */
  readonly sandboxControl?: SandboxControl
  /** Returns true while the sandbox that this process started is running. Null or undefined if it started none. */
  readonly isSandboxUp?: (() => boolean) | null
  /** Start of the business clock of a new sandbox. */
  readonly clockStart?: Date
  /** Plug-ins of Apollo Server. They see every GraphQL request over HTTP. */
  readonly apolloPlugins?: readonly ApolloServerPlugin<object>[]
  /** Sees every statement; tests count with it. */
  readonly onStatement?: (text: string) => void
  readonly poolSize?: number
  /** Maximum number of calls to a provider that begin in a second, for an import. Default: no limit. */
  readonly providerCallsPerSecond?: number
  /** True if REST responses are validated against their schemas. Only tests do so. */
  readonly checkResponses?: boolean
  /** Called before REST routes are declared. Tests add hooks that compare all traffic with the OpenAPI document. */
  readonly watchRest?: (app: FastifyInstance, document: () => Promise<object>) => void
  /** Time for which a verified token is cached. Tests use a shorter one. */
  readonly tokenCacheMs?: number
}
