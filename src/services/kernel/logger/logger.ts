import { pino, type Logger as PinoLogger } from 'pino'

export type Logger = PinoLogger

const SECRET_TEXT =
  /\b(?:(?:sk|rk|session)_(?:test|live|sandbox)_[\w-]+|whsec_\S+|eyJ[\w-]{8,}\.[\w-]+\.[\w-]+|Bearer\s+\S+|postgres(?:ql)?:\/\/\S+)/g

/** Redacts anything that looks like a credential in free text. */
export function redactText(text: string): string {
  return text.replace(SECRET_TEXT, '[redacted]')
}

const secretNames = new Set([
  'authorization',
  'password',
  'secret',
  'token',
  'secretKey',
  'webhookSecret',
  'enrolmentToken',
  'client_secret',
  'stripe-signature',
  'x-agent-signature',
  'cookie',
  'databaseUrl',
])

/** Fields with a serializer, here or in Fastify, which selects what is written of them. */
const serializedNames = new Set(['err', 'req', 'res'])

/** Structured JSON logs; known secret fields are removed at any depth, and messages and stacks are scanned as text. */
export function createLogger(level: string, destination?: { write(line: string): void }): Logger {
  const logger = pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      // Instead of pino's `redact`, which is compiled again for each child logger: 13 kB of memory for each request.
      formatters: { log: redactFields },
      serializers: { err: serializeError },
      hooks: {
        logMethod(args, method) {
          method.apply(
            this,
            args.map((arg) => (typeof arg === 'string' ? redactText(arg) : arg)) as Parameters<typeof method>,
          )
        },
      },
    },
    destination ?? pino.destination(2),
  )
  return redactBindings(logger)
}

/** The fields of a line without secrets. Fields with a serializer stay as they are. */
function redactFields(fields: Record<string, unknown>): Record<string, unknown> {
  const copies = new Map<object, object>()
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      serializedNames.has(name) ? value : redactField(name, value, copies),
    ]),
  )
}

/** `copies` holds the objects that were met already, because they can refer to each other in a circle. */
function redactField(name: string, value: unknown, copies: Map<object, object>): unknown {
  if (secretNames.has(name)) return '[redacted]'
  if (typeof value !== 'object' || value === null) return value
  const known = copies.get(value)
  if (known) return known
  const copy: Record<string, unknown> = Array.isArray(value) ? ([] as never) : {}
  copies.set(value, copy)
  const { toJSON } = value as { toJSON?: unknown }
  if (typeof toJSON === 'function') {
    const json = redactField(name, toJSON.call(value), copies)
    if (typeof json === 'object' && json !== null) copies.set(value, json)
    else copies.delete(value)
    return json
  }
  for (const [inner, field] of Object.entries(value)) copy[inner] = redactField(inner, field, copies)
  return copy
}

/** Child loggers write their bindings once, without the formatter of a line. */
function redactBindings(logger: Logger): Logger {
  // oxlint-disable-next-line typescript/unbound-method -- called with the logger whose child it makes
  const { child } = logger
  logger.child = function (this: Logger, bindings: Record<string, unknown>, options: never) {
    return child.call(this, redactFields(bindings), options)
  } as typeof child
  return logger
}

function serializeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: redactText(String(error)) }
  const { code, constraint, internal } = error as { code?: unknown; constraint?: unknown; internal?: string }
  return {
    type: error.name,
    message: redactText(error.message),
    ...(code === undefined ? {} : { code }),
    ...(constraint === undefined ? {} : { constraint }),
    ...(internal === undefined ? {} : { internal: redactText(internal) }),
    stack: redactText(error.stack ?? ''),
    ...(error.cause === undefined ? {} : { cause: serializeError(error.cause) }),
  }
}
