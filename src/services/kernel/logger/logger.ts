import { pino, type Logger as PinoLogger } from 'pino'

export type Logger = PinoLogger

const SECRET_TEXT =
  /\b(?:(?:sk|rk)_(?:test|live)_[\w-]+|whsec_\S+|sg_[a-z]+_\w+_[\w-]+|eyJ[\w-]{8,}\.[\w-]+\.[\w-]+|Bearer\s+\S+|postgres(?:ql)?:\/\/\S+)/g

/** Redacts anything that looks like a credential in free text. */
export function redactText(text: string): string {
  return text.replace(SECRET_TEXT, '[redacted]')
}

const secretNames = [
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
]

/** Structured JSON logs; known secret fields are removed two levels deep, and messages and stacks are scanned as text. */
export function createLogger(level: string, destination?: { write(line: string): void }): Logger {
  return pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: secretNames.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`]),
        censor: '[redacted]',
      },
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
