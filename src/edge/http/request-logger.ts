import type { FastifyBaseLogger, FastifyInstance } from 'fastify'

type Bindings = Parameters<FastifyBaseLogger['child']>[0]
type Options = Parameters<FastifyBaseLogger['child']>[1]
type Line = [object: unknown, message?: string, ...values: unknown[]]

/**
 * The logger of one request, made when it is first used: most requests log nothing, and making a child that redacts costs
 * more than reading the request does.
 */
export function requestLogger(
  this: FastifyInstance,
  parent: FastifyBaseLogger,
  bindings: Bindings,
  options: Options,
): FastifyBaseLogger {
  return new RequestLogger(parent, bindings, options)
}

class RequestLogger implements FastifyBaseLogger {
  private made: FastifyBaseLogger | undefined

  constructor(
    private readonly parent: FastifyBaseLogger,
    private readonly bindings: Bindings,
    private readonly options: Options,
  ) {}

  get level(): string {
    return this.parent.level
  }

  child(bindings: Bindings, options?: Options): FastifyBaseLogger {
    return this.own.child(bindings, options)
  }

  trace(...line: Line): void {
    this.own.trace(...line)
  }

  debug(...line: Line): void {
    this.own.debug(...line)
  }

  info(...line: Line): void {
    this.own.info(...line)
  }

  warn(...line: Line): void {
    this.own.warn(...line)
  }

  error(...line: Line): void {
    this.own.error(...line)
  }

  fatal(...line: Line): void {
    this.own.fatal(...line)
  }

  silent(...line: Line): void {
    this.own.silent(...line)
  }

  private get own(): FastifyBaseLogger {
    return (this.made ??= this.parent.child(this.bindings, this.options))
  }
}
